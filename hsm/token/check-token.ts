import { destroyKey, findKeys } from './find-key.ts';
import { makeEcKeyPair, makeRsaKeyPair, makeSecretKey } from './make-key.ts';
import { lackSentence, mechanismNeeds, ROLES_OF, type KeyRole, type MechanismNeed } from './mechanisms.ts';
import { readOutLeaks, type Leak } from './read-out.ts';
import type { StoredKey } from './stored-key.ts';
import { TokenError } from './token-error.ts';
import type { Token } from './token.ts';

/** What a trial key of one kind showed. */
export interface Trial {
  readonly kind: string;
  /** `kept` its key inside, `gave` it away, or could not be `made`. */
  readonly outcome: 'kept' | 'gave' | 'not-made';
  readonly reasons: readonly string[];
}

export interface TokenReport {
  readonly fit: boolean;
  readonly mechanisms: readonly MechanismNeed[];
  readonly trials: readonly Trial[];
  /** Why it is refused, in plain sentences; empty where it is fit. */
  readonly reasons: readonly string[];
}

const TRIAL_LABEL = 'kazasu/trial';

interface TrialKind {
  readonly name: string;
  readonly roles: readonly KeyRole[];
  readonly extractable: boolean;
  make(token: Token): Promise<StoredKey>;
}

const label = TRIAL_LABEL;

const KINDS: readonly TrialKind[] = [
  {
    name: 'RSA-2048 private key',
    roles: ['terminal-rsa2048', 'transport'],
    extractable: false,
    make: (token) => makeRsaKeyPair(token, { label, use: 'sign' }),
  },
  {
    name: 'P-256 private key',
    roles: ['gate-identity', 'list-signing'],
    extractable: false,
    make: (token) => makeEcKeyPair(token, { label, curve: 'P-256' }),
  },
  {
    name: 'P-384 private key',
    roles: ['terminal-p384'],
    extractable: false,
    make: (token) => makeEcKeyPair(token, { label, curve: 'P-384' }),
  },
  {
    name: 'secret for HMAC that may leave wrapped alone',
    roles: ['event'],
    extractable: true,
    make: (token) => makeSecretKey(token, { label, use: 'mac', extractable: true }),
  },
  {
    name: 'secret for HMAC',
    roles: ['event-at-gate'],
    extractable: false,
    make: (token) => makeSecretKey(token, { label, use: 'mac' }),
  },
  {
    name: 'AES-256 key',
    roles: ['storage'],
    extractable: false,
    make: (token) => makeSecretKey(token, { label, use: 'encrypt' }),
  },
];

/**
 * Tries a token before it is trusted: has it the mechanisms that its keys need, and does it keep them? A
 * key of each kind is made as it would be in earnest, is tried to be read out in every way, and destroyed.
 *
 * @example
 * const report = await checkToken(token, ROLES_OF.gate);
 * if (!report.fit) console.error(report.reasons.join('\n'));
 */
export async function checkToken(
  token: Token,
  roles: readonly KeyRole[] = ROLES_OF.gate,
): Promise<TokenReport> {
  await sweep(token);
  const mechanisms = await mechanismNeeds(token, roles);
  const trials: Trial[] = [];
  try {
    for (const kind of KINDS)
      if (kind.roles.some((role) => roles.includes(role))) trials.push(await trialOf(token, kind));
  } finally {
    await sweep(token);
  }
  const reasons = [
    ...mechanisms.filter(({ had }) => !had).map(lackSentence),
    ...trials.flatMap((trial) => trial.reasons),
  ];
  return { fit: reasons.length === 0, mechanisms, trials, reasons };
}

/**
 * Tries a key that was just made in earnest, and destroys it where the token gives it away.
 */
export async function requireKept(token: Token, key: StoredKey, extractable: boolean): Promise<void> {
  const leaks = await readOutLeaks(token, { key, extractable });
  if (leaks.length === 0) return;
  await destroyKey(token, key);
  throw new TokenError(
    'key-readable',
    `The token "${token.label}" is not fit to keep keys; the new one was destroyed. ${leaks.map((leak) => sentence(leak)).join(' ')} Use another token ("kazasu-hsm token check" tries one in full).`,
  );
}

async function trialOf(token: Token, kind: TrialKind): Promise<Trial> {
  let key: StoredKey;
  try {
    key = await kind.make(token);
  } catch (error) {
    if (!(error instanceof TokenError) || error.code !== 'token-refused') throw error;
    return {
      kind: kind.name,
      outcome: 'not-made',
      reasons: [`It cannot make a ${kind.name}. ${error.message}`],
    };
  }
  try {
    const leaks = await readOutLeaks(token, { key, extractable: kind.extractable });
    const reasons = leaks.map((leak) => sentence(leak, kind.name));
    return { kind: kind.name, outcome: leaks.length === 0 ? 'kept' : 'gave', reasons };
  } finally {
    await destroyKey(token, key);
  }
}

function sentence({ how }: Leak, kind = 'key'): string {
  return `It gives away a ${kind} that must stay inside: ${how}`;
}

/** Trial keys of a check that was cut short. */
async function sweep(token: Token): Promise<void> {
  for (const kind of ['private', 'secret', 'public'] as const)
    for (const key of await findKeys(token, kind, TRIAL_LABEL)) await destroyKey(token, key);
}
