import { Option, type Command } from 'commander';
import { perform, type Act, type Approval } from '../ceremony/ceremony.ts';
import { consoleOf } from '../program/program.ts';
import { readNamedPins, readPin } from '../token/pin.ts';
import { stateOption } from './token-options.ts';

export interface ActOptions {
  readonly state: string;
  readonly dryRun?: boolean;
  readonly approve: readonly string[];
  readonly approvalsFile?: string;
}

/** The options that every act shares which the ceremony log keeps. */
export function withActOptions(command: Command): Command {
  return command
    .addOption(stateOption())
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(
      new Option('--approve <name>', 'an approver who is present and types their PIN; give it twice')
        .argParser((name: string, before: string[]) => [...before, name])
        .default([], 'nobody'),
    )
    .option('--approvals-file <file>', 'read the approvers’ PINs from here, a line "NAME:PIN" each');
}

/** An act as a command carries it out. */
export interface CommandAct<T> extends Act<T> {
  /** What would be done, in sentences, for `--dry-run`. */
  readonly plan: readonly string[];
  /** What the user is told. */
  answer(result: T): { readonly value: object; readonly text: string };
}

/** Carries out an act, or with `--dry-run` tells what it would be. */
export async function carryOut<T>(command: Command, options: ActOptions, act: CommandAct<T>): Promise<void> {
  const console = consoleOf(command);
  if (options.dryRun === true) {
    const approval = { nobody: [], 'two-if-enrolled': [IF_ENROLLED], two: [ALWAYS] }[act.rule];
    const plan = [...approval, ...act.plan];
    console.result(
      { dryRun: true, act: act.act, plan },
      ['Would do:', ...plan.map((each) => `  - ${each}`)].join('\n'),
    );
    return;
  }
  const result = await perform({ folder: options.state, approvals: approvalsOf(options) }, act);
  const { value, text } = act.answer(result);
  console.result(value, text);
}

const IF_ENROLLED = 'ask two approvers for their PINs, if two are enrolled';
const ALWAYS = 'ask two approvers for their PINs';

/** How each person who is said to approve shows it: by typing their PIN, or from the file. */
function approvalsOf({ approve, approvalsFile }: ActOptions): Approval[] {
  let fromFile: ReadonlyMap<string, string> | undefined;
  return approve.map((name) => ({
    name,
    pin: () => {
      if (approvalsFile === undefined) return askApprover(name);
      fromFile ??= readNamedPins(approvalsFile);
      const pin = fromFile.get(name);
      return pin === undefined ? askApprover(name) : Promise.resolve(pin);
    },
  }));
}

/** An approver's PIN is typed by the approver: no variable and no service credential stands in for it. */
export function askApprover(name: string, words = 'Approver PIN of'): Promise<string> {
  return readPin({
    prompt: `${words} ${name}: `,
    environment: {},
    variable: '--approvals-file',
    credential: 'none',
  });
}
