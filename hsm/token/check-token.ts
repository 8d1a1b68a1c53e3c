import { destroyKey, destroySessionKey, findKeys } from './find-key.ts';
import { lackSentence, mechanismNeeds, ROLES_OF, type KeyRole, type MechanismNeed } from './mechanisms.ts';
import { readOutLeaks, type Leak } from './read-out.ts';
import type { StoredKey, TokenKey } from './stored-key.ts';
import { TokenError } from './token-error.ts';
import type { Token } from './token.ts';
import { TRIAL_KINDS, TRIAL_LABEL, type TrialKind } from './trial-kinds.ts';

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
  const lacks = mechanisms.filter(({ had }) => !had);
  const trials: Trial[] = [];
  try {
    for (const kind of TRIAL_KINDS)
      if (kind.roles.some((role) => roles.includes(role))) trials.push(await trialOf(token, kind, lacks));
  } finally {
    await sweep(token);
  }
  const reasons = [...lacks.map(lackSentence), ...trials.flatMap((trial) => trial.reasons)];
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

/** What is made for a trial is swept away after it, with whatever it took to make it. */
async function trialOf(token: Token, kind: TrialKind, lacks: readonly MechanismNeed[]): Promise<Trial> {
  let key: TokenKey;
  try {
    key = await kind.make(token);
  } catch (error) {
    if (!(error instanceof TokenError) || error.code !== 'token-refused') throw error;
    // Where a mechanism is missing that is the reason, and it has been said.
    const said = lacks.some(({ role }) => kind.roles.includes(role));
    const reasons = said ? [] : [`It cannot make this key: ${kind.name}. ${error.message}`];
    return { kind: kind.name, outcome: 'not-made', reasons };
  }
  const leaks = await readOutLeaks(token, { key, extractable: kind.extractable });
  if (key.kind === 'session') await destroySessionKey(token, key);
  const reasons = leaks.map((leak) => sentence(leak, kind.name));
  return { kind: kind.name, outcome: leaks.length === 0 ? 'kept' : 'gave', reasons };
}

function sentence({ how }: Leak, kind?: string): string {
  return `It gives away a key that must stay inside${kind === undefined ? '' : ` (${kind})`}: ${how}`;
}

/** Trial keys of a check that was cut short. */
async function sweep(token: Token): Promise<void> {
  for (const kind of ['private', 'secret', 'public'] as const)
    for (const key of await findKeys(token, kind, TRIAL_LABEL)) await destroyKey(token, key);
}
