import { verify } from 'node:crypto';
import type { Certificate } from '../../hsm/certificate/certificate.ts';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import type { Root } from '../../hsm/certificate/root.ts';
import { reasonInWords } from '../../hsm/revocation/revocation.ts';
import type { ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import type { ServiceKeys } from '../keys/service-keys.ts';
import { newId } from '../store/new-id.ts';
import { BindingError } from './binding-error.ts';

/** A card that was found to be genuine and valid, as a binding keeps it. */
export interface VerifiedCard {
  /** The id that its binding will have: the serial is sealed under it. */
  readonly binding: string;
  readonly serialHash: Buffer;
  /** Sealed under `bindings/<binding>/serial`. */
  readonly serial: Buffer;
  readonly issuerKeyId: Buffer;
  readonly notAfter: number;
  /** None where the authority told of the certificate and nobody has seen it. */
  readonly publicKey: Buffer | null;
  readonly checkedAt: number;
}

/** What a card signed, and the certificate that it showed with it. Hostile until it is checked. */
export interface SignedByCard {
  readonly form: Uint8Array;
  readonly signature: Uint8Array;
  readonly certificate: Uint8Array;
}

export interface CardVerifierOptions {
  readonly keys: Pick<ServiceKeys, 'eventKey' | 'storage'>;
  /** The authentication roots in force. */
  readonly roots: readonly Root[];
  readonly authority: ValidityAuthority;
  readonly now?: () => number;
}

/**
 * Finds out whether a card is genuine and valid: its certificate by the rule at the door, its signature over
 * the exact bytes, its validity from the authority. What the authority does not know is refused: it takes a
 * person to decide on it. A `ValidityError` says that nothing was learnt.
 *
 * @example
 * const card = await verifier.verify('spring-2027', { form, signature, certificate });
 * await store.transaction((tables) => bindCard(tables, store.kind, { ticket, card, how: 'claim', … }));
 */
export class CardVerifier {
  readonly #options: CardVerifierOptions;
  readonly #now: () => number;

  constructor(options: CardVerifierOptions) {
    if (options.roots.length === 0) throw new TypeError('Without a root no card is genuine.');
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** `event` is the name of its key. */
  async verify(event: string, { form, signature, certificate }: SignedByCard): Promise<VerifiedCard> {
    const { keys, roots, authority } = this.#options;
    const at = this.#now();
    const answer = checkCertificate(certificate, {
      purpose: 'authentication',
      roots,
      at: new Date(at),
    });
    if (answer.verdict === 'refused') throw new BindingError('certificate-refused', answer.reason);
    if (!signed(answer.certificate, form, signature)) {
      throw new BindingError('wrong-signature', 'The card’s signature does not hold; hold the card again.');
    }
    const { serial, issuer, notAfter, spki } = answer.certificate;
    const issuerKeyId = answer.root.keyId;
    if (issuerKeyId === undefined) throw unclear();
    const [validity] = await authority.validity('authentication', [{ issuerKeyId, serial }]);
    if (validity?.status === 'revoked') {
      throw new BindingError(
        'certificate-revoked',
        `The card’s certificate is no longer valid (${reasonInWords(validity.reason)}). Use the card that is valid now.`,
      );
    }
    if (validity?.status !== 'good') throw unclear();
    const binding = newId(at);
    const eventKey = await keys.eventKey(event);
    return {
      binding,
      serialHash: Buffer.from(await eventKey.serialHash({ issuer, serial })),
      serial: Buffer.from(await keys.storage.seal(serial, `bindings/${binding}/serial`)),
      issuerKeyId: Buffer.from(issuerKeyId),
      notAfter: notAfter.getTime(),
      publicKey: Buffer.from(spki),
      checkedAt: at,
    };
  }
}

/** RSASSA-PKCS1-v1_5 with SHA-256; the next generation of cards signs plain r‖s with SHA-384. */
function signed({ keyKind, publicKey }: Certificate, form: Uint8Array, signature: Uint8Array): boolean {
  return keyKind === 'rsa'
    ? verify('sha256', form, publicKey, signature)
    : verify('sha384', form, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

function unclear(): BindingError {
  return new BindingError(
    'certificate-unclear',
    'The authority does not know the card’s certificate. The organiser has been told and will look at it.',
  );
}
