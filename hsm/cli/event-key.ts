import type { Command } from 'commander';
import { consoleOf } from '../program/program.ts';
import {
  destroyEventKey,
  listEventKeys,
  makeEventKey,
  openWrappedEventKey,
  wrapEventKey,
} from '../keys/event-keys.ts';
import { decodeWrappedEventKey, encodeWrappedEventKey } from '../keys/wrapped-event-key.ts';
import { carryOut, withActOptions, type ActOptions } from './act.ts';
import { fingerprintOf } from './arguments.ts';
import { readGiven, readRecipient, writeNew } from './files.ts';
import { withToken, withTokenOptions, type TokenSelection } from './token-options.ts';

type Options = ActOptions & TokenSelection;

/** Adds the life of event keys, in the ticketing service's token. */
export function addEventKeyCommands(program: Command): void {
  const group = program
    .command('event-key')
    .description('The key of an event, under which serial hashes are made (in the ticketing token).');
  addMake(group);
  addWrap(group);
  addDestroy(group);
  withTokenOptions(group.command('list'))
    .description('Shows the events of which the token holds the key.')
    .action(async (options: TokenSelection, command: Command) => {
      const console = consoleOf(command);
      const events = await withToken(options, listEventKeys);
      if (events.length === 0) console.note('There is no event key yet.');
      for (const event of events) console.result({ event }, event);
    });
  withTokenOptions(group.command('try'))
    .description('At a gate: checks that its token unwraps an event key that was wrapped for it.')
    .argument('<file>', 'what "event-key wrap" wrote')
    .action(async (file: string, options: TokenSelection, command: Command) => {
      const wrapped = decodeWrappedEventKey(await readGiven(file));
      await withToken(options, (token) => openWrappedEventKey(token, wrapped));
      consoleOf(command).result(
        { event: wrapped.event, opens: true },
        `This gate's token unwraps the key of event ${wrapped.event}.`,
      );
    });
}

function addMake(group: Command): void {
  withActOptions(withTokenOptions(group.command('make')))
    .description('Makes an event’s key; it leaves the token wrapped to gates alone.')
    .argument('<event>')
    .action(async (event: string, options: Options, command: Command) => {
      await carryOut(command, options, {
        act: 'event-key make',
        detail: { event },
        rule: 'nobody',
        plan: [`make the key of event ${event} in the token "${options.token}"`],
        work: () =>
          withToken(options, async (token) => {
            await makeEventKey(token, event);
            return { result: event };
          }),
        answer: () => ({ value: { made: 'event-key', event }, text: `Made the key of event ${event}.` }),
      });
    });
}

function addWrap(group: Command): void {
  withActOptions(withTokenOptions(group.command('wrap')))
    .description('Wraps an event’s key to a gate’s transport key. Compare the fingerprint with the gate’s.')
    .argument('<event>')
    .requiredOption('--to <file>', 'the gate’s transport key ("transport-key show --out")')
    .requiredOption('--out <file>', 'where the wrapped key goes')
    .action(async (event: string, options: Options & { to: string; out: string }, command: Command) => {
      const recipient = await readRecipient(options.to);
      const fingerprint = fingerprintOf(recipient.publicKey);
      await carryOut(command, options, {
        act: 'event-key wrap',
        detail: { event, recipient: fingerprint },
        rule: 'nobody',
        plan: [`wrap the key of event ${event} to the transport key with SHA-256 ${fingerprint}`],
        work: () =>
          withToken(options, async (token) => {
            const hash = await writeNew(options.out, async () => {
              const wrapped = await wrapEventKey(token, event, recipient);
              return { text: encodeWrappedEventKey(wrapped), result: wrapped.hash };
            });
            return { detail: { hash }, result: hash };
          }),
        answer: (hash) => ({
          value: { event, recipient: fingerprint, hash, file: options.out },
          text: `Wrapped the key of event ${event} to ${fingerprint} (OAEP with ${hash}).`,
        }),
      });
    });
}

function addDestroy(group: Command): void {
  withActOptions(withTokenOptions(group.command('destroy')))
    .description('Destroys an event’s key, for good. Two approvers, where two are enrolled.')
    .argument('<event>')
    .action(async (event: string, options: Options, command: Command) => {
      await carryOut(command, options, {
        act: 'event-key destroy',
        detail: { event },
        rule: 'two-if-enrolled',
        plan: [`destroy the key of event ${event} in the token "${options.token}", for good`],
        work: () =>
          withToken(options, async (token) => {
            await destroyEventKey(token, event);
            return { result: event };
          }),
        answer: () => ({ value: { destroyed: event }, text: `Destroyed the key of event ${event}.` }),
      });
    });
}
