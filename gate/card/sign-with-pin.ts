import type { Card } from '../reader/reader.ts';
import type { Timer } from '../reader/timer.ts';
import { CardError } from './card-error.ts';
import { CardFiles } from './card-files.ts';
import { CardPin, type PinAnswer } from './card-pin.ts';
import { CardSession } from './card-session.ts';
import { signWithCard } from './card-signature.ts';
import { readCertificateFile } from './certificate-file.ts';
import type { CardProfile, KeyName } from './profile.ts';
import { selectApplication } from './select-application.ts';

/** What a card is doing, for the one who waits. */
export type SigningStep = 'pin' | 'certificate' | 'signing';

export interface SignWithPinOptions {
  readonly profile: CardProfile;
  /** Which key signs, under which PIN. */
  readonly key: KeyName;
  /** Its bytes are the caller's to wipe. */
  readonly pin: Uint8Array;
  readonly lastTryAgreed: boolean;
  readonly message: Uint8Array;
  readonly onStep?: (step: SigningStep) => void;
  /** Aborted when the card is seen to have left, or its holder gave up. */
  readonly left?: AbortSignal;
  readonly timer?: Timer;
}

/** What a card gave after its PIN, none of it verified; or why the PIN was not taken. */
export type SignedWithPin =
  | Exclude<PinAnswer, { kind: 'right' }>
  | {
      readonly kind: 'signed';
      readonly signature: Uint8Array;
      /** The signature certificate carries name and address: to be wiped once it was handed on. */
      readonly signatureCertificate?: Uint8Array;
      readonly authenticationCertificate: Uint8Array;
    };

/**
 * Has a card sign with a PIN: with the signature key, whose certificate can be read after its PIN alone, or
 * with the authentication key. Afterwards the card forgets the PIN. Raises a `CardError`.
 *
 * @example
 * const signed = await signWithPin(card, { profile, key: 'signature', pin, lastTryAgreed: false, message });
 */
export async function signWithPin(card: Card, options: SignWithPinOptions): Promise<SignedWithPin> {
  const { profile, key, pin, lastTryAgreed, message, onStep } = options;
  const { command, withPin } = profile.milliseconds;
  const session = new CardSession(card, { ...options, milliseconds: { command, tap: withPin } });
  await selectApplication(session, profile);
  onStep?.('pin');
  const answer = await new CardPin(session, profile, key).verify(pin, { lastTryAgreed });
  if (answer.kind !== 'right') return answer;
  try {
    onStep?.('certificate');
    const files = new CardFiles(session, profile);
    const own =
      key === 'signature'
        ? { signatureCertificate: await readCertificateFile(files, profile, 'signature') }
        : {};
    const authenticationCertificate = await readCertificateFile(files, profile, 'authentication');
    onStep?.('signing');
    const signature = await signWithCard(session, profile, message, key);
    return { kind: 'signed', signature, ...own, authenticationCertificate };
  } finally {
    await logOut(session, profile);
  }
}

/** Selecting the application again ends the login; a card that has left has forgotten it anyway. */
async function logOut(session: CardSession, profile: CardProfile): Promise<void> {
  try {
    await selectApplication(session, profile);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
  }
}
