import { P11 } from './cryptoki.ts';
import type { Token } from './token.ts';
import { TokenError } from './token-error.ts';

/** What a key is for. */
export type KeyRole =
  | 'terminal-rsa2048'
  | 'terminal-p384'
  | 'gate-identity'
  | 'transport'
  | 'event-at-gate'
  | 'event'
  | 'list-signing'
  | 'storage'
  | 'shared-terminal';

/** The roles of the keys in a gate's token, and in the ticketing service's. */
export const ROLES_OF = {
  gate: ['terminal-rsa2048', 'gate-identity', 'transport', 'event-at-gate'],
  ticketing: ['event', 'list-signing', 'storage'],
} as const satisfies Record<string, readonly KeyRole[]>;

/** CKM_AES_KEY_WRAP_KWP of PKCS#11 3.0, RFC 5649; older modules have the same under CKM_AES_KEY_WRAP_PAD. */
export const CKM_AES_KEY_WRAP_KWP = 0x210b;

interface Ability {
  readonly name: string;
  readonly mechanism: number;
  readonly flag: number;
  readonly does: string;
}

const make = (name: string, mechanism: number): Ability => ({
  name,
  mechanism,
  flag: P11.CKF_GENERATE | P11.CKF_GENERATE_KEY_PAIR,
  does: 'make a key',
});
const able = (name: string, mechanism: number, flag: number, does: string): Ability => ({
  name,
  mechanism,
  flag,
  does,
});

const MAKE_RSA = make('CKM_RSA_PKCS_KEY_PAIR_GEN', P11.CKM_RSA_PKCS_KEY_PAIR_GEN);
const MAKE_EC = make('CKM_EC_KEY_PAIR_GEN', P11.CKM_EC_KEY_PAIR_GEN);
const MAKE_SECRET = make('CKM_GENERIC_SECRET_KEY_GEN', P11.CKM_GENERIC_SECRET_KEY_GEN);
const MAKE_AES = make('CKM_AES_KEY_GEN', P11.CKM_AES_KEY_GEN);
const SIGN_RSA = able('CKM_RSA_PKCS', P11.CKM_RSA_PKCS, P11.CKF_SIGN, 'sign');
const SIGN_RSA_SHA256 = able('CKM_SHA256_RSA_PKCS', P11.CKM_SHA256_RSA_PKCS, P11.CKF_SIGN, 'sign');
const SIGN_EC = able('CKM_ECDSA', P11.CKM_ECDSA, P11.CKF_SIGN, 'sign');
const HMAC = able('CKM_SHA256_HMAC', P11.CKM_SHA256_HMAC, P11.CKF_SIGN, 'compute a MAC');
const WRAP = able('CKM_RSA_PKCS_OAEP', P11.CKM_RSA_PKCS_OAEP, P11.CKF_WRAP, 'wrap a key');
const UNWRAP = able('CKM_RSA_PKCS_OAEP', P11.CKM_RSA_PKCS_OAEP, P11.CKF_UNWRAP, 'unwrap a key');
const SEAL = able('CKM_AES_GCM', P11.CKM_AES_GCM, P11.CKF_ENCRYPT, 'encrypt');
const OPEN = able('CKM_AES_GCM', P11.CKM_AES_GCM, P11.CKF_DECRYPT, 'decrypt');
const KWP = able('CKM_AES_KEY_WRAP_KWP', CKM_AES_KEY_WRAP_KWP, P11.CKF_WRAP, 'wrap a private key');
const KEY_WRAP_PAD = able(
  'CKM_AES_KEY_WRAP_PAD',
  P11.CKM_AES_KEY_WRAP_PAD,
  P11.CKF_WRAP,
  'wrap a private key',
);

/** Each role's needs; within a need, any one of the abilities does. */
const NEEDS: Readonly<Record<KeyRole, readonly (readonly Ability[])[]>> = {
  'terminal-rsa2048': [[MAKE_RSA], [SIGN_RSA, SIGN_RSA_SHA256]],
  'terminal-p384': [[MAKE_EC], [SIGN_EC]],
  'gate-identity': [[MAKE_EC], [SIGN_EC]],
  transport: [[MAKE_RSA], [UNWRAP]],
  'event-at-gate': [[UNWRAP], [HMAC]],
  event: [[MAKE_SECRET], [WRAP], [HMAC]],
  'list-signing': [[MAKE_EC], [SIGN_EC]],
  storage: [[MAKE_AES], [SEAL], [OPEN]],
  'shared-terminal': [[MAKE_AES], [WRAP], [UNWRAP], [KWP, KEY_WRAP_PAD]],
};

export interface MechanismNeed {
  readonly role: KeyRole;
  /** The mechanism, or the several of which one is enough. */
  readonly mechanism: string;
  readonly does: string;
  readonly had: boolean;
}

/** What each role needs of the token's mechanisms, and whether it has it. */
export async function mechanismNeeds(token: Token, roles: readonly KeyRole[]): Promise<MechanismNeed[]> {
  return token.onConnection((connection, { cryptoki }) => {
    const { handle } = connection.slot;
    const had = new Set(cryptoki.C_GetMechanismList(handle));
    const can = ({ mechanism, flag }: Ability): boolean =>
      had.has(mechanism) && (cryptoki.C_GetMechanismInfo(handle, mechanism).flags & flag) !== 0;
    return roles.flatMap((role) =>
      NEEDS[role].map((abilities) => ({
        role,
        mechanism: abilities.map(({ name }) => name).join(' or '),
        does: abilities[0]?.does ?? '',
        had: abilities.some(can),
      })),
    );
  });
}

/** Refuses a token that lacks what a role needs, by the mechanism's name. */
export async function requireMechanisms(token: Token, ...roles: readonly KeyRole[]): Promise<void> {
  const missing = (await mechanismNeeds(token, roles)).filter(({ had }) => !had);
  if (missing.length > 0)
    throw new TokenError(
      'mechanism-missing',
      `The token "${token.label}" cannot serve: ${missing.map(lackSentence).join(' ')}`,
    );
}

/** One lack in a plain sentence. */
export function lackSentence({ role, mechanism, does }: MechanismNeed): string {
  return `It lacks ${mechanism} (to ${does}), which the ${role} key needs.`;
}

/** Which of `mechanisms` the token has. */
export async function mechanismsHad(token: Token, mechanisms: readonly number[]): Promise<Set<number>> {
  return token.onConnection((connection, { cryptoki }) => {
    const had = new Set(cryptoki.C_GetMechanismList(connection.slot.handle));
    return new Set(mechanisms.filter((each) => had.has(each)));
  });
}
