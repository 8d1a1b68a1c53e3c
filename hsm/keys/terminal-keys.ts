import { parseTerminalCertificate } from '../terminal-certificate/terminal-certificate.ts';
import { publicKeyOf } from '../token/find-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import type { StoredKey } from '../token/stored-key.ts';
import type { Token } from '../token/token.ts';
import { KeyError } from './key-error.ts';
import { KEY_LABELS } from './labels.ts';
import { activeAt, readRegister, type TerminalKeyRegister } from './terminal-key-register.ts';
import type { TerminalKey } from './terminal-key.ts';
import { terminalSigner } from './terminal-signer.ts';

/** The terminal keys that a gate works with: opened once, chosen at each tap by card profile and time. */
export interface TerminalKeys {
  /** The key that serves the cards of `profile` at `at`; throws `no-active-key` where none does. */
  active(profile: string, at: Date): TerminalKey;
}

/**
 * Opens every terminal key that has a turn, now or later, so that a switch at its time needs no restart.
 *
 * @example
 * const terminalKeys = await openTerminalKeys(token, config.state);
 * const key = terminalKeys.active('jpki-rsa', new Date());
 */
export async function openTerminalKeys(token: Token, folder: string): Promise<TerminalKeys> {
  const register = await readRegister(folder);
  const keys = await openAll(token, register);
  return {
    active: (profile, at) => {
      const key = keys.get(activeAt(register, profile, at)?.id ?? '');
      if (key === undefined)
        throw new KeyError(
          'no-active-key',
          `No terminal key is active for ${profile} cards. Install its certificate and activate it with "kazasu-hsm terminal-key activate".`,
        );
      return key;
    },
  };
}

async function openAll(token: Token, register: TerminalKeyRegister): Promise<Map<string, TerminalKey>> {
  const turns = new Set(register.turns.map(({ id }) => id));
  const opened = new Map<string, TerminalKey>();
  for (const record of register.keys) {
    if (!turns.has(record.id) || record.destroyedAt !== undefined || record.certificate === undefined)
      continue;
    const { id, algorithm } = record;
    await requireMechanisms(token, `terminal-${algorithm}`);
    const certificate = parseTerminalCertificate(Buffer.from(record.certificate.bytes, 'base64'));
    const key: StoredKey = { kind: 'private', label: KEY_LABELS.terminal, id };
    if (!(await publicKeyOf(token, key)).equals(certificate.publicKey))
      throw new KeyError('wrong-key', `The token holds another key ${id} than its certificate is for.`);
    token.rely(key);
    opened.set(id, { id, algorithm, certificate, sign: await terminalSigner(token, id, algorithm) });
  }
  return opened;
}
