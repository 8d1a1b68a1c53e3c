import { KeyError } from '../../hsm/keys/key-error.ts';
import { TokenError } from '../../hsm/token/token-error.ts';
import type { RefusalCode } from '../../hsm/certificate/refusal.ts';
import { CardError, type CardErrorCode } from '../card/card-error.ts';
import {
  heldTooShort,
  outOfOrder,
  refused,
  type Credential,
  type RefusalName,
} from '../decide/credential.ts';
import type { Reason } from '../decide/verdict.ts';
import { ReaderError } from '../reader/reader-error.ts';

type Trouble = (because: Reason) => Credential;
type Plain = Exclude<RefusalName, 'hold-longer' | 'out-of-order'>;

const says =
  (name: Plain): Trouble =>
  (because) =>
    refused(name, because);

/** What each way in which a card can fail means to the one who holds it. */
const ofCard: Readonly<Record<CardErrorCode, Trouble>> = {
  'card-left': (because) => heldTooShort('left-early', because),
  'timed-out': (because) => heldTooShort('left-early', because),
  'not-a-my-number-card': says('not-a-my-number-card'),
  'no-certificate': says('no-certificate'),
  unreadable: says('unreadable'),
  'signature-refused': says('unreadable'),
  // One card may say this out of spite, so it stops that card and not the gate.
  'terminal-certificate-refused': says('unreadable'),
  'proof-refused': says('unreadable'),
  'wrong-terminal-key': (because) => outOfOrder(['hsm'], because),
  'wrong-profile': (because) => outOfOrder(['hsm'], because),
};

/** The refusals that a visitor can do something about; to all others a certificate is simply not genuine. */
const ofCertificate: Partial<Record<RefusalCode, Plain>> = {
  'unknown-issuer': 'unknown-issuer',
  'unknown-issuer-key': 'unknown-issuer',
  expired: 'expired',
  'root-expired': 'expired',
  'not-yet-valid': 'expired',
  'root-not-yet-valid': 'expired',
};

/** What a refusal by the rule at the door means to the one who holds the card. */
export function refusedCertificate(code: RefusalCode, reason: string): Credential {
  return refused(ofCertificate[code] ?? 'not-genuine', { code, reason });
}

/**
 * What a failure while speaking to the card or the HSM means. Anything that is not of their kind is a
 * mistake of ours and goes on up.
 */
export function troubleOf(error: unknown): Credential {
  if (error instanceof CardError) return ofCard[error.code]({ code: error.code, reason: error.message });
  if (error instanceof ReaderError)
    return heldTooShort('left-early', { code: error.code, reason: error.message });
  if (error instanceof TokenError || error instanceof KeyError)
    return outOfOrder(['hsm'], { code: error.code, reason: error.message });
  throw error;
}
