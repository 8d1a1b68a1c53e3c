import { InvalidArgumentError, type Command } from 'commander';
import { Approvers } from '../ceremony/approvers.ts';
import { CeremonyError } from '../ceremony/ceremony-error.ts';
import { readCeremonyLog } from '../ceremony/ceremony-log.ts';
import { sheetOf } from '../ceremony/sheet.ts';
import { consoleOf } from '../program/program.ts';
import { readNamedPins } from '../token/pin.ts';
import { askApprover, carryOut, withActOptions, type ActOptions } from './act.ts';
import { stateOption } from './token-options.ts';

interface ApproverOptions extends ActOptions {
  readonly remove?: boolean;
}

/** Adds the ceremony log and the approvers. */
export function addCeremonyCommands(program: Command): void {
  const group = program
    .command('ceremony')
    .description('The log of every act with keys, and the persons who approve the gravest.');
  group
    .command('show')
    .description('Checks the log, and shows it as a sheet to print and sign.')
    .option('--from <number>', 'from this entry on', entryNumber, 0)
    .addOption(stateOption())
    .action(async ({ from, state }: { from: number; state: string }, command: Command) => {
      const log = await readCeremonyLog(state);
      const console = consoleOf(command);
      if (!console.json) console.result({}, sheetOf(log, from));
      else for (const entry of log.entries.slice(from)) console.result(entry, '');
    });
  group
    .command('approvers')
    .description('Shows who may approve.')
    .addOption(stateOption())
    .action(async ({ state }: { state: string }, command: Command) => {
      const approvers = await Approvers.open(state, await readCeremonyLog(state));
      const console = consoleOf(command);
      if (!approvers.inForce)
        console.note('Fewer than two are enrolled: no act can have the approval of two.');
      for (const name of approvers.names) console.result({ approver: name }, name);
    });
  addApprover(group);
}

function addApprover(group: Command): void {
  withActOptions(group.command('approver'))
    .description('Enrols a person who approves; once two are, each change needs two of them.')
    .argument('<name>')
    .option('--remove', 'take the person off the list instead')
    .action(async (name: string, options: ApproverOptions, command: Command) => {
      const remove = options.remove === true;
      await carryOut(command, options, {
        act: remove ? 'ceremony approver --remove' : 'ceremony approver',
        detail: { approver: name },
        rule: 'two-if-enrolled',
        plan: [
          remove
            ? `take ${name} off the list of approvers`
            : `ask ${name} for a new PIN, twice, and enrol them`,
        ],
        work: async () => {
          const before = await Approvers.open(options.state, await readCeremonyLog(options.state));
          const after = remove ? before.without(name) : await before.with(name, await newPin(name, options));
          return { detail: await after.save(options.state), result: after.names };
        },
        answer: (names) => ({
          value: { approvers: names },
          text: `Approvers: ${names.length === 0 ? 'none' : names.join(', ')}.`,
        }),
      });
    });
}

async function newPin(name: string, { approvalsFile }: ActOptions): Promise<string> {
  const given = approvalsFile === undefined ? undefined : readNamedPins(approvalsFile).get(name);
  if (given !== undefined) return given;
  const pin = await askApprover(name, 'New approver PIN of');
  if (pin !== (await askApprover(name, 'Once more, the new approver PIN of')))
    throw new CeremonyError('malformed', 'The two PINs differ; nothing was done.');
  return pin;
}

function entryNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give the number of an entry.');
  return Number(text);
}
