import { hash, verify, type KeyObject } from 'node:crypto';
import { CardError } from './card-error.ts';
import { unreadable, type CardSession } from './card-session.ts';
import type { CardProfile, KeyName, SignatureScheme, SigningKey } from './profile.ts';
import { DONE, statusName } from './status-word.ts';
import { fill } from './template.ts';

const HASH: Record<SignatureScheme, 'sha256' | 'sha384'> = {
  'rsa-pkcs1-v1_5-sha256': 'sha256',
  'ecdsa-plain-sha384': 'sha384',
};

/** Has the card sign a message with one of its keys, the authentication key where none is named. */
export async function signWithCard(
  session: CardSession,
  profile: CardProfile,
  message: Uint8Array,
  key: KeyName = 'authentication',
): Promise<Uint8Array> {
  const { statusWords } = profile;
  const signing = signingOf(profile, key);
  const digest = hash(HASH[signing.signature], message, 'buffer');
  const send = (form: 'byShortId' | 'plain') =>
    session.send('sign', {
      header: signing[form].header,
      data: fill(signing[form].data, { hash: digest }),
      expected: Math.max(signing.length, 256),
    });
  let answer = await send('byShortId');
  if (statusWords.plainForm.includes(answer.status)) {
    const header = profile.reading.selectHeader;
    const selected = await session.send('select key', { header, data: signing.keyFile });
    answer = selected.status === DONE ? await send('plain') : selected;
  }
  if (answer.status !== DONE) {
    throw new CardError(
      'signature-refused',
      `The card does not sign: ${statusName(answer.status)}. Try it again, or another card.`,
    );
  }
  if (answer.data.length !== signing.length) throw unreadable('a signature of the wrong length');
  return answer.data;
}

/**
 * Whether a card's signature over a message is by this key, in the one way the profile names. A key of
 * another kind than the profile's never fits.
 */
export function cardSignatureHolds(
  profile: CardProfile,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  name: KeyName = 'authentication',
): boolean {
  const { signature: scheme, length } = signingOf(profile, name);
  if (signature.length !== length) return false;
  if (scheme === 'rsa-pkcs1-v1_5-sha256') {
    return key.asymmetricKeyType === 'rsa' && verify(HASH[scheme], message, key, signature);
  }
  const isP384 = key.asymmetricKeyDetails?.namedCurve === 'secp384r1';
  return isP384 && verify(HASH[scheme], message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function signingOf({ signing, documentSigning }: CardProfile, key: KeyName): SigningKey {
  return key === 'authentication' ? signing : documentSigning;
}
