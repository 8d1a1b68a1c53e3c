// What the service's rooms need to bind real certificates: keys in SoftHSM, the sandbox's J-LIS over HTTP,
// and people with cards.
import { constants, sign } from 'node:crypto';
import { importRoot } from '../../hsm/certificate/root.ts';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken } from '../../hsm/token/token.ts';
import { CachedAuthority } from '../../hsm/validity/cached-authority.ts';
import { HttpAuthority } from '../../hsm/validity/http-authority.ts';
import { CardVerifier, type SignedByCard } from '../../ticketing/bindings/card-verifier.ts';
import { openServiceKeys, type ServiceKeys } from '../../ticketing/keys/service-keys.ts';
import { writeBinding, type BindingForm } from '../../ticketing/signed-form/binding-form.ts';
import { Authority } from '../authority/authority.ts';
import type { AuthorityServer } from '../authority/server.ts';
import type { Person } from '../authority/person.ts';
import { makeTokenBed } from '../token/modules.ts';

export interface CardHouse {
  readonly keys: ServiceKeys;
  readonly authority: Authority;
  readonly server: AuthorityServer;
  /** The sandbox's authority as the service asks it; keeps no answer for longer than a moment. */
  readonly asked: CachedAuthority;
  readonly verifier: CardVerifier;
  /** Someone with a card; from a few keys, where a test needs many people. */
  newPerson(options?: Parameters<Authority['issuePerson']>[0]): Person;
  close(): Promise<void>;
}

export async function openCardHouse(): Promise<CardHouse> {
  const bed = makeTokenBed('SoftHSM', ['ticketing']);
  const token = await openToken(bed.options('ticketing'));
  await makeStorageKey(token, 'believed');
  await makeSigner(token, 'list-signing', 'believed');
  const keys = await openServiceKeys(token);
  const authority = await Authority.create();
  const server = await authority.serve();
  const asked = new CachedAuthority({ authority: new HttpAuthority({ url: server.url }), lifetime: 0 });
  const roots = authority.rootCertificates('authentication').map(importRoot);
  const verifier = new CardVerifier({ keys, roots, authority: asked });
  await authority.prepareKeys(8);
  return {
    keys,
    authority,
    server,
    asked,
    verifier,
    newPerson: (options = {}) => authority.issuePerson({ withoutSignature: true, ...options }),
    close: async () => {
      await server.close();
      token.close();
      bed.remove();
    },
  };
}

/** A form as a kiosk has it signed with the PIN by this person's card. */
export function signedBy({ authentication }: Person, form: BindingForm): SignedByCard {
  const bytes = writeBinding(form);
  const { certificate, privateKey: key } = authentication;
  const isRsa = key.asymmetricKeyType === 'rsa';
  const signature = isRsa
    ? sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PADDING })
    : sign('sha384', bytes, { key, dsaEncoding: 'ieee-p1363' });
  return { form: bytes, signature, certificate };
}
