import { CodedError } from '../../hsm/coded-error.ts';
import { readCertificateHead, type CertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { CardError } from './card-error.ts';
import { dataOf, type CardFiles } from './card-files.ts';
import { unreadable } from './card-session.ts';
import type { CardFile, CardProfile, KeyName } from './profile.ts';

/** What the first read asks for: the serial, the issuer and the validity all lie in it. */
const HEAD_LENGTH = 256;

const PAST_THE_END = 0x6b00;

/** Which file holds the certificate of a key, and what people are told where there is none. */
const certificates = {
  authentication: { file: 'certificate', name: 'authentication' },
  signature: { file: 'signatureCertificate', name: 'signature' },
} as const satisfies Record<KeyName, { file: keyof CardProfile['files']; name: string }>;

/** A certificate while it is being read from the card. */
export class CertificateFile {
  readonly head: CertificateHead;
  readonly #files: CardFiles;
  readonly #file: CardFile;
  readonly #step: number;
  readonly #bytes: Uint8Array;
  #have: number;

  private constructor(files: CardFiles, file: CardFile, step: number, first: Uint8Array) {
    this.#files = files;
    this.#file = file;
    this.#step = step;
    this.head = headOf(first, file.longest);
    this.#bytes = new Uint8Array(this.head.totalLength);
    this.#have = Math.min(first.length, this.head.totalLength);
    this.#bytes.set(first.subarray(0, this.#have));
  }

  /** Reads the first bytes and what they tell. */
  static async open(
    files: CardFiles,
    profile: CardProfile,
    key: KeyName = 'authentication',
  ): Promise<CertificateFile> {
    const file = profile.files[certificates[key].file];
    const answer = await files.read(file, 0, HEAD_LENGTH);
    const absent = [...profile.statusWords.fileAbsent, PAST_THE_END].includes(answer.status);
    if (absent || isBlank(answer.data)) {
      throw new CardError(
        'no-certificate',
        `The card has no ${certificates[key].name} certificate. Have one put on it at the municipal office, or use another card.`,
      );
    }
    return new CertificateFile(files, file, profile.reading.step, dataOf(answer, 'its certificate'));
  }

  /** The certificate, once all of it has been read. */
  get whole(): Uint8Array | undefined {
    return this.#have === this.#bytes.length ? this.#bytes : undefined;
  }

  /** Reads the next piece. */
  async readOn(): Promise<void> {
    const file = this.#file;
    const offset = this.#files.nextOffset(file, this.#have);
    const length = Math.min(this.#step, this.#bytes.length - offset);
    const piece = dataOf(await this.#files.read(file, offset, length), 'the rest of its certificate');
    // The file is longer than the certificate: a card that gives less, or nothing, would have us ask for ever.
    if (piece.length !== length) throw unreadable('less of its certificate than there should be');
    // What was read twice must be the same: the head may have been looked up already.
    const twice = this.#have - offset;
    if (Buffer.compare(piece.subarray(0, twice), this.#bytes.subarray(offset, this.#have)) !== 0) {
      throw unreadable('a certificate that changes while it is read');
    }
    this.#bytes.set(piece, offset);
    this.#have = offset + length;
  }
}

/** Reads all of a certificate. */
export async function readCertificateFile(
  files: CardFiles,
  profile: CardProfile,
  key: KeyName,
): Promise<Uint8Array> {
  const file = await CertificateFile.open(files, profile, key);
  let { whole } = file;
  while (whole === undefined) {
    await file.readOn();
    whole = file.whole;
  }
  return whole;
}

/** Whether a file holds nothing but what blank memory does. */
function isBlank(bytes: Uint8Array): boolean {
  const [first] = bytes;
  return (first === 0x00 || first === 0xff) && bytes.every((byte) => byte === first);
}

function headOf(first: Uint8Array, longest: number): CertificateHead {
  let head: CertificateHead;
  try {
    head = readCertificateHead(first);
  } catch (cause) {
    if (cause instanceof CodedError) throw unreadable('something that is no certificate', cause);
    throw cause;
  }
  if (head.totalLength > longest) throw unreadable('a certificate longer than its file');
  if (first.length < HEAD_LENGTH && first.length < head.totalLength) {
    throw unreadable('less of its certificate than there should be');
  }
  return head;
}
