import { Command, CommanderError } from 'commander';
import { Console } from './console.ts';

/**
 * One of the three programs. Commands are added to it as commander's own; all share `--json`, the exit
 * statuses and the way to say what went wrong.
 *
 * @example
 * const program = createProgram('kazasu-gate', 'The entry terminal.');
 * program.command('check').action(async (options, command) => { ... consoleOf(command) ... });
 * process.exitCode = await runProgram(program, process.argv.slice(2));
 */
export function createProgram(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'for machines: one JSON object a line on stdout, messages on stderr')
    .helpCommand(false)
    .showHelpAfterError('(add --help for what this command takes)');
}

/** The console of the command that is running, in the form the user asked for. */
export function consoleOf(command: Command): Console {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  return new Console(json === true);
}

/** Runs one command line; answers the exit status: 0 done, 1 refused or failed, 2 wrong use. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<0 | 1 | 2> {
  everyCommand(program, (command) => command.exitOverride());
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return process.exitCode === 1 ? 1 : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const json = program.opts<{ json?: boolean }>().json === true;
    new Console(json).failure(error);
    return 1;
  }
}

function everyCommand(command: Command, act: (each: Command) => void): void {
  act(command);
  for (const child of command.commands) everyCommand(child, act);
}
