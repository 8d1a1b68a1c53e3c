import type { Command } from 'commander';
import { receiveTerminalKey, shareTerminalKey } from '../keys/shared-terminal-key.ts';
import { carryOut, withActOptions, type ActOptions } from './act.ts';
import { fingerprintOf } from './arguments.ts';
import { readGiven, readRecipient, writeNew } from './files.ts';
import { withToken, withTokenOptions, type TokenSelection } from './token-options.ts';
import { trustedRoots } from './trusted-roots.ts';

type Options = ActOptions & TokenSelection;

/** Adds `terminal-key share`. */
export function addShare(group: Command): void {
  withActOptions(withTokenOptions(group.command('share')))
    .description('Wraps a shared terminal key to another gate. Two approvers must be there.')
    .argument('<id>', 'the key, or the beginning of its id')
    .requiredOption('--to <file>', 'the other gate’s transport key ("transport-key show")')
    .requiredOption('--out <file>', 'where the wrapped key goes')
    .action(async (id: string, options: Options & { to: string; out: string }, command: Command) => {
      const recipient = await readRecipient(options.to);
      const fingerprint = fingerprintOf(recipient.publicKey);
      await carryOut(command, options, {
        act: 'terminal-key share',
        detail: { id, recipient: fingerprint },
        rule: 'two',
        plan: [`wrap terminal key ${id} to the transport key with SHA-256 ${fingerprint}`],
        work: () =>
          withToken(options, async (token) => {
            await writeNew(options.out, async () => {
              const file = await shareTerminalKey(token, options.state, id, recipient);
              return { text: `${JSON.stringify(file, null, 2)}\n`, result: undefined };
            });
            return { result: undefined };
          }),
        answer: () => ({
          value: { shared: id, recipient: fingerprint, file: options.out },
          text: `Wrapped terminal key ${id} to ${fingerprint}: take ${options.out} to that gate.`,
        }),
      });
    });
}

/** Adds `terminal-key receive`. */
export function addReceive(group: Command): void {
  withActOptions(withTokenOptions(group.command('receive')))
    .description('Takes a shared terminal key into this gate’s token. Two approvers must be there.')
    .argument('<file>', 'what "terminal-key share" wrote')
    .action(async (file: string, options: Options, command: Command) => {
      const text = (await readGiven(file)).toString('utf8');
      await carryOut(command, options, {
        act: 'terminal-key receive',
        detail: {},
        rule: 'two',
        plan: ['check the certificate', 'unwrap the key inside the token, where it stays'],
        work: () =>
          withToken(options, async (token) => {
            const roots = await trustedRoots(options);
            const { id, gate } = await receiveTerminalKey(token, options.state, text, roots, new Date());
            return { detail: { id, gate }, result: id };
          }),
        answer: (id) => ({
          value: { received: id },
          text: `Received terminal key ${id}, marked as shared. Activate it with "terminal-key activate ${id}".`,
        }),
      });
    });
}
