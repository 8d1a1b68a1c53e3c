import { readCertificateHead } from '../../../hsm/certificate/certificate-head.ts';
import { parseCertificate, type Certificate } from '../../../hsm/certificate/certificate.ts';
import { CodedError } from '../../../hsm/coded-error.ts';
import { CardError, type CardErrorCode } from '../../card/card-error.ts';
import { identifyCard, type CardIdentity } from '../../card/card-identity.ts';
import { CardPin } from '../../card/card-pin.ts';
import { CardSession } from '../../card/card-session.ts';
import { cardSignatureHolds } from '../../card/card-signature.ts';
import type { CardProfile, KeyName } from '../../card/profile.ts';
import { selectApplication } from '../../card/select-application.ts';
import { signWithPin, type SignedWithPin, type SigningStep } from '../../card/sign-with-pin.ts';
import { ReaderError } from '../../reader/reader-error.ts';
import type { ArrivedCard, ConnectedCard } from '../../reader/reader.ts';
import { systemTimer, type Timer } from '../../reader/timer.ts';
import { keyFor, type Task } from '../visit/task.ts';
import type { NoticeName } from '../words/notices.ts';

/** What a card gave under its PIN, checked against its own certificate. */
export interface SignedForm {
  readonly signature: Uint8Array;
  readonly signatureCertificate: Uint8Array | undefined;
  readonly authenticationCertificate: Uint8Array;
}

/** What came of a card, in the words of the visit. */
export type CardAnswer =
  | { readonly kind: 'card-known'; readonly triesLeft: number }
  | { readonly kind: 'pin-wrong'; readonly triesLeft: number }
  | { readonly kind: 'card-unfit'; readonly notice: NoticeName }
  | { readonly kind: 'card-lost'; readonly notice: NoticeName }
  | { readonly kind: 'signed'; readonly signed: SignedForm };

export interface KioskCardOptions {
  readonly profile: CardProfile;
  readonly now: () => number;
  readonly timer?: Timer;
}

/** Which ways to fail mean that the same card may serve when it is laid there again, and which do not. */
const ofCard: Partial<Record<CardErrorCode, CardAnswer>> = {
  'card-left': { kind: 'card-lost', notice: 'card-left' },
  'timed-out': { kind: 'card-lost', notice: 'card-slow' },
  'not-a-my-number-card': { kind: 'card-unfit', notice: 'not-a-my-number-card' },
  'no-certificate': { kind: 'card-unfit', notice: 'no-authentication-certificate' },
};

/**
 * One card while it lies on the kiosk's reader: held for itself alone from the first look to the signature,
 * so that no other card can take its place.
 */
export class KioskCard {
  readonly #arrived: ArrivedCard;
  readonly #options: KioskCardOptions;
  readonly #given = new AbortController();
  readonly #gone: AbortSignal;
  #connected: Promise<ConnectedCard> | undefined;

  constructor(arrived: ArrivedCard, options: KioskCardOptions) {
    this.#arrived = arrived;
    this.#options = options;
    this.#gone = AbortSignal.any([arrived.left, this.#given.signal]);
  }

  /** Which card it is, and how many tries its PIN has left for that. Needs no PIN. */
  identify(task: Pick<Task, 'kind'>): Promise<CardAnswer> {
    return this.#with(async (card) => {
      const { profile, timer = systemTimer } = this.#options;
      const known = { profile, left: this.#gone, timer };
      const unfit = this.#unfit(await identifyCard(card, known), keyFor(task));
      if (unfit !== undefined) return { kind: 'card-unfit', notice: unfit };
      const session = new CardSession(card, { ...known, milliseconds: profile.milliseconds });
      await selectApplication(session, profile);
      const triesLeft = await new CardPin(session, profile, keyFor(task)).triesLeft();
      return { kind: 'card-known', triesLeft };
    });
  }

  /** Has it sign the form under its PIN, and checks what it signed. */
  sign(
    task: Task,
    options: {
      readonly pin: Uint8Array;
      readonly lastTryAgreed: boolean;
      readonly onStep: (step: SigningStep) => void;
    },
  ): Promise<CardAnswer> {
    return this.#with(async (card) => {
      const { profile, timer = systemTimer } = this.#options;
      const key = keyFor(task);
      const message = task.bytes;
      const answer = await signWithPin(card, {
        ...options,
        profile,
        key,
        message,
        left: this.#gone,
        timer,
      });
      return this.#judge(answer, key, message);
    });
  }

  /** Lets go of the card; whatever it is asked at the time ends. */
  release(): void {
    this.#given.abort();
    void this.#connected?.then(
      (card) => card.release(),
      () => undefined,
    );
  }

  async #with(use: (card: ConnectedCard) => Promise<CardAnswer>): Promise<CardAnswer> {
    try {
      this.#connected ??= this.#arrived.connect();
      return await use(await this.#connected);
    } catch (error) {
      if (error instanceof ReaderError) return { kind: 'card-lost', notice: 'card-left' };
      if (!(error instanceof CardError)) throw error;
      return ofCard[error.code] ?? { kind: 'card-unfit', notice: 'unreadable' };
    }
  }

  #unfit({ certificate, certificates }: CardIdentity, key: KeyName): NoticeName | undefined {
    if (certificate === undefined) return 'no-authentication-certificate';
    if (key === 'signature' && certificates?.signature === false) return 'no-signature-certificate';
    const { notAfter } = readCertificateHead(certificate);
    return notAfter.getTime() < this.#options.now() ? 'card-expired' : undefined;
  }

  #judge(answer: SignedWithPin, key: KeyName, message: Uint8Array): CardAnswer {
    if (answer.kind === 'wrong') return { kind: 'pin-wrong', triesLeft: answer.triesLeft };
    if (answer.kind === 'blocked') return { kind: 'card-known', triesLeft: 0 };
    if (answer.kind === 'last-try') return { kind: 'card-known', triesLeft: 1 };
    const { signature, signatureCertificate, authenticationCertificate } = answer;
    const own = key === 'signature' ? signatureCertificate : authenticationCertificate;
    const certificate = own === undefined ? undefined : wellFormed(own);
    if (certificate === undefined) return { kind: 'card-unfit', notice: 'unreadable' };
    if (certificate.notAfter.getTime() < this.#options.now()) {
      return { kind: 'card-unfit', notice: 'card-expired' };
    }
    const { profile } = this.#options;
    if (!cardSignatureHolds(profile, certificate.publicKey, message, signature, key)) {
      return { kind: 'card-unfit', notice: 'not-genuine' };
    }
    return { kind: 'signed', signed: { signature, signatureCertificate, authenticationCertificate } };
  }
}

/** No error goes on: its cause could tell of what the certificate holds. */
function wellFormed(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** Wipes what names a person. */
export function wipeSigned({ signature, signatureCertificate, authenticationCertificate }: SignedForm): void {
  for (const bytes of [signature, signatureCertificate, authenticationCertificate]) bytes?.fill(0);
}
