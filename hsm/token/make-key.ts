import { randomBytes } from 'node:crypto';
import { P11, attribute, type Template } from './cryptoki.ts';
import type { StoredKey } from './stored-key.ts';
import type { Token } from './token.ts';

/** What may be done with a key's private half, besides nothing. */
export interface MakeOptions {
  readonly label: string;
  /**
   * Whether the key may leave, wrapped. It is sensitive either way: never in clear. `false` is the rule;
   * `true` for event keys and for terminal keys that several gates share.
   */
  readonly extractable?: boolean;
  /** A key that lives in the session alone and is never stored. */
  readonly temporary?: boolean;
}

export type Curve = 'P-256' | 'P-384';

/** The curves' object identifiers as CKA_EC_PARAMS wants them: DER. */
export const CURVE_PARAMETERS: Readonly<Record<Curve, Buffer>> = {
  'P-256': Buffer.from('06082a8648ce3d030107', 'hex'),
  'P-384': Buffer.from('06052b81040022', 'hex'),
};

/** A new RSA-2048 pair with e = 65537; `use` says which one thing its private half may do. */
export function makeRsaKeyPair(
  token: Token,
  options: MakeOptions & { readonly use: 'sign' | 'unwrap' },
): Promise<StoredKey> {
  const signs = options.use === 'sign';
  return makePair(
    token,
    options,
    P11.CKM_RSA_PKCS_KEY_PAIR_GEN,
    [
      attribute(P11.CKA_MODULUS_BITS, 2048),
      attribute(P11.CKA_PUBLIC_EXPONENT, Buffer.from([1, 0, 1])),
      attribute(P11.CKA_VERIFY, signs),
      attribute(P11.CKA_WRAP, !signs),
    ],
    [
      attribute(P11.CKA_SIGN, signs),
      attribute(P11.CKA_UNWRAP, !signs),
      // A transport key that could decrypt would hand out every event key wrapped to it.
      attribute(P11.CKA_DECRYPT, false),
    ],
  );
}

/** A new pair on a NIST curve, for signing. */
export function makeEcKeyPair(
  token: Token,
  options: MakeOptions & { readonly curve: Curve },
): Promise<StoredKey> {
  return makePair(
    token,
    options,
    P11.CKM_EC_KEY_PAIR_GEN,
    [attribute(P11.CKA_EC_PARAMS, CURVE_PARAMETERS[options.curve]), attribute(P11.CKA_VERIFY, true)],
    [attribute(P11.CKA_SIGN, true)],
  );
}

/** A new secret of 32 bytes: for HMAC, or for AES (GCM, or wrapping other keys). */
export async function makeSecretKey(
  token: Token,
  options: MakeOptions & { readonly use: 'mac' | 'encrypt' | 'wrap' },
): Promise<StoredKey> {
  const id = newId();
  const mac = options.use === 'mac';
  await inFittingSession(token, options, async ({ cryptoki, session }) => {
    await cryptoki.C_GenerateKeyAsync(
      session,
      { mechanism: mac ? P11.CKM_GENERIC_SECRET_KEY_GEN : P11.CKM_AES_KEY_GEN },
      [
        ...secretTemplate(options, id),
        attribute(P11.CKA_VALUE_LEN, 32),
        attribute(P11.CKA_SIGN, mac),
        attribute(P11.CKA_ENCRYPT, options.use === 'encrypt'),
        attribute(P11.CKA_DECRYPT, options.use === 'encrypt'),
        attribute(P11.CKA_WRAP, options.use === 'wrap'),
        attribute(P11.CKA_UNWRAP, options.use === 'wrap'),
      ],
    );
  });
  return { kind: 'secret', label: options.label, id };
}

/** What every key of ours is that must stay inside. */
export function secretTemplate(options: MakeOptions, id: string): Template {
  return [
    attribute(P11.CKA_TOKEN, options.temporary !== true),
    attribute(P11.CKA_PRIVATE, true),
    attribute(P11.CKA_SENSITIVE, true),
    attribute(P11.CKA_EXTRACTABLE, options.extractable === true),
    attribute(P11.CKA_LABEL, options.label),
    attribute(P11.CKA_ID, Buffer.from(id, 'hex')),
  ];
}

async function makePair(
  token: Token,
  options: MakeOptions,
  mechanism: number,
  publicPart: Template,
  privatePart: Template,
): Promise<StoredKey> {
  const id = newId();
  await inFittingSession(token, options, async ({ cryptoki, session }) => {
    await cryptoki.C_GenerateKeyPairAsync(
      session,
      { mechanism },
      [
        attribute(P11.CKA_TOKEN, options.temporary !== true),
        attribute(P11.CKA_PRIVATE, false),
        attribute(P11.CKA_LABEL, options.label),
        attribute(P11.CKA_ID, Buffer.from(id, 'hex')),
        ...publicPart,
      ],
      [...secretTemplate(options, id), ...privatePart],
    );
  });
  return { kind: 'private', label: options.label, id };
}

/** Session objects go with the session that made them: those belong to the one that stays. */
function inFittingSession(
  token: Token,
  options: MakeOptions,
  work: Parameters<Token['inSession']>[0],
): Promise<unknown> {
  return options.temporary === true ? token.atHome(work) : token.inSession(work);
}

export function newId(): string {
  return randomBytes(16).toString('hex');
}
