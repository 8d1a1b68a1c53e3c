import { InvalidArgumentError, Option, type Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin } from '../../hsm/token/pin.ts';
import { readConfig } from '../config/config.ts';
import { PinKeeper } from '../staff/pin-keeper.ts';
import { roleNames, type Role } from '../staff/role.ts';

interface SetPinOptions {
  readonly config: string;
  readonly role: Role;
  readonly pinFd?: number;
  readonly pinFile?: string;
}

/** Adds `staff set-pin`: without a PIN none of the staff acts work. */
export function addStaffCommands(program: Command): void {
  const staff = program.command('staff').description('Who may act at this gate by hand.');
  staff
    .command('set-pin')
    .description('Sets the PIN of a role; whoever is signed in with the one before must sign in again.')
    .requiredOption('--config <file>', 'the gate’s configuration')
    .addOption(new Option('--role <role>', 'whose PIN').choices(roleNames).makeOptionMandatory())
    .addOption(
      new Option('--pin-fd <number>', 'read the new PIN from this open file descriptor').argParser(
        fileDescriptor,
      ),
    )
    .option('--pin-file <file>', 'read the new PIN from this file')
    .action(async ({ config, role, pinFd, pinFile }: SetPinOptions, command: Command) => {
      const keeper = new PinKeeper(readConfig(config).state);
      const pin = await readPin({
        prompt: `New PIN of ${role}: `,
        variable: 'KAZASU_STAFF_PIN',
        credential: `kazasu-${role}-pin`,
        ...(pinFd === undefined ? {} : { fd: pinFd }),
        ...(pinFile === undefined ? {} : { file: pinFile }),
      });
      await keeper.set(role, pin);
      consoleOf(command).result({ role }, `The PIN of ${role} is set.`);
    });
}

function fileDescriptor(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be the number of an open file.');
  return Number(text);
}
