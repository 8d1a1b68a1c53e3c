import { CodedError } from '../../hsm/coded-error.ts';
import { readCertificateHead, type CertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { CardError } from './card-error.ts';
import { dataOf, type CardFiles } from './card-files.ts';
import { unreadable } from './card-session.ts';
import type { CardProfile } from './profile.ts';

/** What the first read asks for: the serial, the issuer and the validity all lie in it. */
const HEAD_LENGTH = 256;

const PAST_THE_END = 0x6b00;

/** The authentication certificate while it is being read from the card. */
export class CertificateFile {
  readonly head: CertificateHead;
  readonly #files: CardFiles;
  readonly #profile: CardProfile;
  readonly #bytes: Uint8Array;
  #have: number;

  private constructor(files: CardFiles, profile: CardProfile, first: Uint8Array) {
    this.#files = files;
    this.#profile = profile;
    this.head = headOf(first, profile.files.certificate.longest);
    this.#bytes = new Uint8Array(this.head.totalLength);
    this.#have = Math.min(first.length, this.head.totalLength);
    this.#bytes.set(first.subarray(0, this.#have));
  }

  /** Reads the first bytes and what they tell. */
  static async open(files: CardFiles, profile: CardProfile): Promise<CertificateFile> {
    const answer = await files.read(profile.files.certificate, 0, HEAD_LENGTH);
    const absent = [...profile.statusWords.fileAbsent, PAST_THE_END].includes(answer.status);
    if (absent || isBlank(answer.data)) {
      throw new CardError(
        'no-certificate',
        'The card has no authentication certificate. Have one put on it at the municipal office, or use another card.',
      );
    }
    return new CertificateFile(files, profile, dataOf(answer, 'its certificate'));
  }

  /** The certificate, once all of it has been read. */
  get whole(): Uint8Array | undefined {
    return this.#have === this.#bytes.length ? this.#bytes : undefined;
  }

  /** Reads the next piece. */
  async readOn(): Promise<void> {
    const file = this.#profile.files.certificate;
    const offset = this.#files.nextOffset(file, this.#have);
    const length = Math.min(this.#profile.reading.step, this.#bytes.length - offset);
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
