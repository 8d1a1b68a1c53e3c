import { sameBytes } from '../../hsm/certificate/same-bytes.ts';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import type {
  CertificateReference,
  FoundCertificate,
  Validity,
  ValidityAuthority,
} from '../../hsm/validity/validity-authority.ts';
import { ApplicationError } from './application-error.ts';
import type { SignedApplication } from './check-submission.ts';

/** What the authority says of an application's two certificates (③). */
export interface AuthorityWord {
  readonly signer: Validity;
  readonly card: Validity;
  /** The authentication certificate of whoever signed. */
  readonly own: FoundCertificate | undefined;
}

/** Asks about all of them at once. It costs money and time, so nothing that can be refused before is asked. */
export async function askAuthority(
  authority: ValidityAuthority,
  applications: readonly SignedApplication[],
): Promise<AuthorityWord[]> {
  const signers = applications.map(({ signer }) => signer);
  const cards = applications.map(({ card }) => card);
  try {
    const [ofSigners, own, ofCards] = await Promise.all([
      authority.validity('signature', signers),
      authority.correspondence(signers),
      authority.validity('authentication', cards),
    ]);
    return applications.map((_, place) => {
      const [signer, card] = [ofSigners[place], ofCards[place]];
      if (signer === undefined || card === undefined) throw away();
      return { signer, card, own: own[place] };
    });
  } catch (cause) {
    throw cause instanceof ValidityError ? away(cause) : cause;
  }
}

/** Refuses what the authority does not say yes to: only what is known to be good is bound. */
export function heedAuthority({ signer, card, own }: AuthorityWord, applying: CertificateReference): void {
  if (signer.status === 'revoked' || card.status === 'revoked') {
    throw new ApplicationError(
      'certificate-revoked',
      'A certificate of this card was revoked. If the card was renewed or found again, ask your municipality.',
    );
  }
  if (signer.status === 'unknown' || card.status === 'unknown') {
    throw new ApplicationError(
      'certificate-unknown',
      'Nobody can say whether this card’s certificates are valid. The organiser has been told; ask there.',
    );
  }
  if (own === undefined || !isSame(own, applying)) {
    throw new ApplicationError(
      'other-card',
      'The two certificates belong to two cards. Sign and apply with one and the same card.',
    );
  }
}

function isSame(one: CertificateReference, other: CertificateReference): boolean {
  return sameBytes(one.issuerKeyId, other.issuerKeyId) && sameBytes(one.serial, other.serial);
}

function away(cause?: ValidityError): ApplicationError {
  const sentence = 'The authority gives no answer now. The application is not lost: send it again later.';
  return new ApplicationError('authority-away', sentence, { cause });
}
