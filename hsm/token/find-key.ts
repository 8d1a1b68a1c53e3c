import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CLASS_OF } from './connection.ts';
import { CURVE_PARAMETERS, type Curve } from './make-key.ts';
import { P11, unpadded, type Cryptoki, type Handle } from './cryptoki.ts';
import type { SessionKey, StoredKey } from './stored-key.ts';
import type { Token } from './token.ts';
import { TokenError } from './token-error.ts';

/** The keys that bear `label`, or of which the label begins with it where it ends in `/`. */
export async function findKeys(token: Token, kind: StoredKey['kind'], label: string): Promise<StoredKey[]> {
  const template = [
    { type: P11.CKA_CLASS, value: CLASS_OF[kind] },
    ...(label.endsWith('/') ? [] : [{ type: P11.CKA_LABEL, value: label }]),
  ];
  return token.onConnection((connection, { cryptoki }) => {
    const found: StoredKey[] = [];
    for (const handle of connection.find(template)) {
      const named = readAttributes(cryptoki, connection.session, handle, [P11.CKA_LABEL, P11.CKA_ID]);
      const [name, id] = named;
      if (name === undefined || id === undefined || id.length === 0) continue;
      const text = unpadded(name.toString('utf8'));
      if (text === label || (label.endsWith('/') && text.startsWith(label)))
        found.push({ kind, label: text, id: id.toString('hex') });
    }
    return found;
  });
}

/** The one key that bears `label`; several are an error, because guessing would be one too. */
export async function findOneKey(token: Token, kind: StoredKey['kind'], label: string): Promise<StoredKey> {
  const [key, another] = await findKeys(token, kind, label);
  if (key === undefined)
    throw new TokenError(
      'key-not-found',
      `The token "${token.label}" holds no key "${label}". Make it first.`,
    );
  if (another !== undefined)
    throw new TokenError(
      'key-exists',
      `The token "${token.label}" holds several keys "${label}". Destroy all but the one in use.`,
    );
  return key;
}

/** The public half of a pair, read from the token. */
export async function publicKeyOf(token: Token, key: StoredKey): Promise<KeyObject> {
  return token.inSession(async ({ cryptoki, session, handleOf }) => {
    const handle = await handleOf({ ...key, kind: 'public' });
    const [type] = readAttributes(cryptoki, session, handle, [P11.CKA_KEY_TYPE]);
    const jwk =
      type?.readUInt8(0) === P11.CKK_RSA
        ? rsaJwk(readAttributes(cryptoki, session, handle, [P11.CKA_MODULUS, P11.CKA_PUBLIC_EXPONENT]))
        : ecJwk(readAttributes(cryptoki, session, handle, [P11.CKA_EC_PARAMS, P11.CKA_EC_POINT]));
    return createPublicKey({ key: jwk, format: 'jwk' });
  });
}

/** Destroys a key, with the public half where it has one. What is destroyed is gone. */
export async function destroyKey(token: Token, key: StoredKey): Promise<void> {
  token.forget(key);
  await token.onConnection((connection, { cryptoki }) => {
    const handle = connection.lookUp(key);
    if (handle === undefined)
      throw new TokenError('key-not-found', `The token "${token.label}" holds no key "${key.label}".`);
    cryptoki.C_DestroyObject(connection.session, handle);
    connection.forget(key);
    if (key.kind !== 'private') return;
    const half: StoredKey = { ...key, kind: 'public' };
    const publicHandle = connection.lookUp(half);
    if (publicHandle !== undefined) cryptoki.C_DestroyObject(connection.session, publicHandle);
    connection.forget(half);
  });
}

/** Ends a key that lives in the connection alone before the connection ends. */
export async function destroySessionKey(token: Token, key: SessionKey): Promise<void> {
  await token.inSession(async ({ cryptoki, session, handleOf }) => {
    cryptoki.C_DestroyObject(session, await handleOf(key));
  });
}

function readAttributes(
  cryptoki: Cryptoki,
  session: Handle,
  handle: Handle,
  types: readonly number[],
): Buffer[] {
  return cryptoki
    .C_GetAttributeValue(
      session,
      handle,
      types.map((type) => ({ type })),
    )
    .map(({ value }) => value);
}

function rsaJwk([modulus, exponent]: Buffer[]): JsonWebKey {
  if (modulus === undefined || exponent === undefined) throw unreadable();
  return { kty: 'RSA', n: withoutZeros(modulus), e: withoutZeros(exponent) };
}

function ecJwk([parameters, point]: Buffer[]): JsonWebKey {
  const curve = (Object.keys(CURVE_PARAMETERS) as Curve[]).find(
    (each) => parameters?.equals(CURVE_PARAMETERS[each]) === true,
  );
  if (curve === undefined || point === undefined) throw unreadable();
  const size = curve === 'P-256' ? 32 : 48;
  // By the book the point is wrapped in an OCTET STRING; some tokens give it bare.
  const bare = point.length === 2 * size + 3 ? point.subarray(2) : point;
  if (bare.length !== 2 * size + 1 || bare[0] !== 4) throw unreadable();
  return {
    kty: 'EC',
    crv: curve,
    x: bare.subarray(1, 1 + size).toString('base64url'),
    y: bare.subarray(1 + size).toString('base64url'),
  };
}

function withoutZeros(number: Buffer): string {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start += 1;
  return number.subarray(start).toString('base64url');
}

function unreadable(): TokenError {
  return new TokenError('malformed', 'The token gives a public key in a form that we do not know.');
}
