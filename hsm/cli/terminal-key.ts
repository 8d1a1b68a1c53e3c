import { createPublicKey } from 'node:crypto';
import { Option, type Command } from 'commander';
import { consoleOf } from '../program/program.ts';
import {
  activateTerminalKey,
  destroyTerminalKey,
  installTerminalCertificate,
  requestTerminalKey,
} from '../keys/terminal-key-life.ts';
import { lastInstalled, readRegister, recordOf } from '../keys/terminal-key-register.ts';
import type { TerminalKeyAlgorithm } from '../keys/terminal-key.ts';
import { verifyTerminalRequest } from '../keys/terminal-request.ts';
import { carryOut, withActOptions, type ActOptions } from './act.ts';
import { fingerprintOf, instant } from './arguments.ts';
import { readGiven, writeNew } from './files.ts';
import { addReceive, addShare } from './shared-terminal-key.ts';
import { addList } from './terminal-key-list.ts';
import { withToken, withTokenOptions, type TokenSelection } from './token-options.ts';
import { trustedRoots } from './trusted-roots.ts';

type Options = ActOptions & TokenSelection;

interface RequestOptions extends Options {
  readonly gate: string;
  readonly out: string;
  readonly algorithm: TerminalKeyAlgorithm;
  readonly shared?: boolean;
}

/** Adds the life of a terminal key, `terminal-key request` to `terminal-key destroy`. */
export function addTerminalKeyCommands(program: Command): void {
  const group = program
    .command('terminal-key')
    .description('The key with which a gate authenticates itself to a card (特定機関用秘密鍵).');
  addRequest(group);
  addRenew(group);
  addInstall(group);
  addActivate(group);
  addList(group);
  addDestroy(group);
  addShare(group);
  addReceive(group);
}

function addRequest(group: Command): void {
  withActOptions(withTokenOptions(group.command('request')))
    .description('Makes a terminal key in the token, and writes the request for J-LIS.')
    .requiredOption('--gate <name>', 'the gate it is for')
    .requiredOption('--out <file>', 'where the request goes')
    .addOption(algorithmOption())
    .option('--shared', 'one key for several gates: it can be wrapped to others (two persons must approve)')
    .action((options: RequestOptions, command: Command) => request(command, 'terminal-key request', options));
  group
    .command('verify-request')
    .description('Checks a request: whoever wrote it holds the private key.')
    .argument('<file>')
    .action(async (file: string, _options: object, command: Command) => {
      const { gate, algorithm, publicKey } = verifyTerminalRequest((await readGiven(file)).toString('utf8'));
      const fingerprint = fingerprintOf(publicKey);
      consoleOf(command).result(
        { gate, algorithm, fingerprint },
        `The request is sound: a ${algorithm} key for gate ${gate}, SHA-256 ${fingerprint}.`,
      );
    });
}

function addRenew(group: Command): void {
  withActOptions(withTokenOptions(group.command('renew')))
    .description('Makes a new key beside an old one, which serves until the new one is activated.')
    .argument('<id>', 'the key to take over from')
    .requiredOption('--out <file>', 'where the request goes')
    .addOption(algorithmOption('the old key’s kind'))
    .action(
      async (
        id: string,
        options: Options & { out: string; algorithm?: TerminalKeyAlgorithm },
        command: Command,
      ) => {
        const old = recordOf(await readRegister(options.state), id);
        const { gate, shared } = old;
        const algorithm = options.algorithm ?? old.algorithm;
        await request(command, 'terminal-key renew', { ...options, gate, shared, algorithm }, old.id);
      },
    );
}

async function request(
  command: Command,
  act: string,
  options: RequestOptions,
  renews?: string,
): Promise<void> {
  const { gate, algorithm, out, shared = false } = options;
  await carryOut(command, options, {
    act,
    detail: { gate, algorithm, shared, ...(renews === undefined ? {} : { renews }) },
    rule: shared ? 'two' : 'nobody',
    plan: [
      `make a ${algorithm} key in the token "${options.token}", ${shared ? 'which can leave it wrapped' : 'which cannot leave it'}`,
      'try to read it out again, and destroy it if the token gives it',
      `write the request for gate ${gate} to ${out}`,
    ],
    work: () =>
      withToken(options, async (token) => {
        const { id, spki } = await writeNew(out, async () => {
          const { record, request: file } = await requestTerminalKey(token, options.state, {
            gate,
            algorithm,
            shared,
            now: new Date(),
            ...(renews === undefined ? {} : { renews }),
          });
          return { text: `${JSON.stringify(file, null, 2)}\n`, result: record };
        });
        const fingerprint = fingerprintOf(createPublicKey(spki));
        return { detail: { id, fingerprint }, result: { id, fingerprint } };
      }),
    answer: ({ id, fingerprint }) => ({
      value: { id, gate, algorithm, shared, fingerprint, request: out },
      text: `Made terminal key ${id} for gate ${gate} (SHA-256 ${fingerprint}). Send ${out} to J-LIS.`,
    }),
  });
}

function addInstall(group: Command): void {
  withActOptions(withTokenOptions(group.command('install')))
    .description('Installs the terminal certificate that J-LIS sent back, after checking it.')
    .argument('<file>', 'block 1 ‖ block 2, or a chain of 7F21')
    .action(async (file: string, options: Options, command: Command) => {
      const bytes = await readGiven(file);
      await carryOut(command, options, {
        act: 'terminal-key install',
        detail: {},
        rule: 'nobody',
        plan: [
          'check that a trusted J-LIS terminal root key stands behind the certificate, and its dates',
          'check that it is for a key in the token, and keep it beside the key',
        ],
        work: () =>
          withToken(options, async (token) => {
            const roots = await trustedRoots(options);
            const record = await installTerminalCertificate(token, options.state, bytes, roots, new Date());
            const profile = record.certificate?.profile ?? '';
            return { detail: { id: record.id, profile }, result: { id: record.id, profile } };
          }),
        answer: ({ id, profile }) => ({
          value: { installed: id, profile },
          text: `Installed the certificate of terminal key ${id} for ${profile} cards. Activate it with "terminal-key activate ${id}".`,
        }),
      });
    });
}

function addActivate(group: Command): void {
  withActOptions(group.command('activate'))
    .description('Lets a terminal key serve, now or from a time on; the one before it serves until then.')
    .argument('[id]', 'the key, or the beginning of its id; the one last installed, where none is named')
    .option('--at <time>', 'from when on, as 2027-04-01T09:00:00+09:00', instant)
    .action(async (named: string | undefined, options: ActOptions & { at?: Date }, command: Command) => {
      const from = options.at ?? new Date();
      const register = await readRegister(options.state);
      const { id } = named === undefined ? lastInstalled(register) : recordOf(register, named);
      await carryOut(command, options, {
        act: 'terminal-key activate',
        detail: { id, from: from.toISOString() },
        rule: 'nobody',
        plan: [
          `check the certificate of terminal key ${id} as of ${from.toISOString()}`,
          'let it serve from then on',
        ],
        work: async () => {
          const record = await activateTerminalKey(options.state, id, await trustedRoots(options), from);
          const result = { id: record.id, profile: record.certificate?.profile ?? '' };
          return { detail: result, result };
        },
        answer: (result) => ({
          value: { ...result, activeFrom: from.toISOString() },
          text: `Terminal key ${result.id} serves ${result.profile} cards from ${from.toISOString()} on.`,
        }),
      });
    });
}

function addDestroy(group: Command): void {
  withActOptions(withTokenOptions(group.command('destroy')))
    .description('Destroys a terminal key in the token, for good. Two approvers, where two are enrolled.')
    .argument('<id>', 'the key, or the beginning of its id')
    .option('--even-active', 'even if the gate then has none')
    .action(async (id: string, options: Options & { evenActive?: boolean }, command: Command) => {
      const record = recordOf(await readRegister(options.state), id);
      await carryOut(command, options, {
        act: 'terminal-key destroy',
        detail: { id: record.id, gate: record.gate },
        rule: 'two-if-enrolled',
        plan: [
          `destroy terminal key ${record.id} of gate ${record.gate} in the token "${options.token}", for good`,
        ],
        work: () =>
          withToken(options, async (token) => {
            const evenActive = options.evenActive === true;
            await destroyTerminalKey(token, options.state, record.id, { now: new Date(), evenActive });
            return { result: record.id };
          }),
        answer: (destroyed) => ({ value: { destroyed }, text: `Destroyed terminal key ${destroyed}.` }),
      });
    });
}

function algorithmOption(fallback?: string): Option {
  const option = new Option(
    '--algorithm <kind>',
    `rsa2048 for today’s cards, p384 for the next generation${fallback === undefined ? '' : ` (default: ${fallback})`}`,
  ).choices(['rsa2048', 'p384']);
  return fallback === undefined ? option.default('rsa2048') : option;
}
