import type { Command } from 'commander';
import { activeAt, readRegister, type TerminalKeyRecord } from '../keys/terminal-key-register.ts';
import { consoleOf } from '../program/program.ts';
import { stateOption } from './token-options.ts';

/** Adds `terminal-key list`. */
export function addList(group: Command): void {
  group
    .command('list')
    .description('Shows the terminal keys, which is active and which is to follow.')
    .addOption(stateOption())
    .action(async (options: { state: string }, command: Command) => {
      const register = await readRegister(options.state);
      const now = new Date();
      const console = consoleOf(command);
      if (register.keys.length === 0) console.note('There is no terminal key yet.');
      for (const key of register.keys) {
        const { id, gate, algorithm, shared, madeAt, renews, destroyedAt } = key;
        const profile = key.certificate?.profile ?? null;
        const active = profile !== null && activeAt(register, profile, now)?.id === id;
        const from = register.turns.filter((turn) => turn.id === id).map((turn) => turn.from);
        const next = from.filter((each) => Date.parse(each) > now.getTime());
        const standing = standingOf(key, active, next);
        console.result(
          {
            id,
            gate,
            algorithm,
            profile,
            shared,
            madeAt,
            standing,
            from,
            renews: renews ?? null,
            destroyedAt: destroyedAt ?? null,
          },
          `${id}  ${algorithm}  gate ${gate}${shared ? ' (shared)' : ''}  ${standing}`,
        );
      }
    });
}

function standingOf(key: TerminalKeyRecord, active: boolean, next: readonly string[]): string {
  if (key.destroyedAt !== undefined) return `destroyed ${key.destroyedAt}`;
  if (key.certificate === undefined) return 'requested';
  const profile = key.certificate.profile;
  const [from] = [...next].sort();
  if (active) return `active for ${profile} cards`;
  return from === undefined ? `installed for ${profile} cards` : `to serve ${profile} cards from ${from}`;
}
