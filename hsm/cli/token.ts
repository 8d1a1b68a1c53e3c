import { Option, type Command } from 'commander';
import { checkToken, type TokenReport } from '../token/check-token.ts';
import { initialiseToken } from '../token/initialise.ts';
import { ROLES_OF, type KeyRole, type MechanismNeed } from '../token/mechanisms.ts';
import { readPin, TOKEN_PIN } from '../token/pin.ts';
import { consoleOf } from '../program/program.ts';
import { carryOut, withActOptions, type ActOptions } from './act.ts';
import { moduleOf, pinSources, withToken, withTokenOptions, type TokenSelection } from './token-options.ts';

type Purpose = keyof typeof ROLES_OF;

interface InitOptions extends ActOptions, TokenSelection {
  readonly soPinFile?: string;
}

/** Adds `token init`, `token status` and `token check`. */
export function addTokenCommands(program: Command): void {
  const token = program
    .command('token')
    .description('The HSM that keeps the keys, or its software stand-in.');
  addInit(token);
  withTokenOptions(token.command('status'))
    .description('Says which token this is, and whether the PIN opens it.')
    .action(async (options: TokenSelection, command: Command) => {
      await withToken(options, (opened) => {
        const { manufacturer, model, serialNumber } = opened.description;
        const value = { token: opened.label, state: opened.state, manufacturer, model, serialNumber };
        const text = `The token "${opened.label}" is ready: ${manufacturer} ${model}, serial number ${serialNumber}.`;
        consoleOf(command).result(value, text);
        return Promise.resolve();
      });
    });
  addCheck(token);
}

function addInit(token: Command): void {
  withActOptions(withTokenOptions(token.command('init')))
    .description('Makes a fresh token with a PIN, in a slot whose token was never initialised.')
    .option('--so-pin-file <file>', 'read the security officer’s PIN from this file')
    .action(async (options: InitOptions, command: Command) => {
      const module = moduleOf(options);
      await carryOut(command, options, {
        act: 'token init',
        detail: { token: options.token, module },
        rule: 'nobody',
        plan: [
          'ask for the security officer’s PIN and the token’s PIN',
          `initialise a free slot of ${module} as "${options.token}" and set the PIN`,
        ],
        work: async () => {
          const securityOfficerPin = await readPin({
            prompt: 'New PIN of the security officer: ',
            variable: 'KAZASU_SO_PIN',
            credential: 'kazasu-so-pin',
            ...(options.soPinFile === undefined ? {} : { file: options.soPinFile }),
          });
          const pin = await readPin({ ...pinSources(options), prompt: `New ${TOKEN_PIN.prompt}` });
          const { parameters } = options;
          initialiseToken({
            module,
            ...(parameters === undefined ? {} : { parameters }),
            label: options.token,
            securityOfficerPin,
            pin,
          });
          return { result: options.token };
        },
        answer: (label) => ({
          value: { initialised: label },
          text: `The token "${label}" is ready. Keep the security officer's PIN apart from the token's PIN.`,
        }),
      });
    });
}

interface CheckOptions extends ActOptions, TokenSelection {
  readonly for: Purpose;
  readonly p384?: boolean;
  readonly shared?: boolean;
}

function addCheck(token: Command): void {
  withActOptions(withTokenOptions(token.command('check')))
    .description('Tries a token before it is trusted: its mechanisms, and whether it keeps keys inside.')
    .addOption(
      new Option('--for <what>', 'whose keys it is to keep').choices(['gate', 'ticketing']).default('gate'),
    )
    .option('--p384', 'for next-generation cards too: a P-384 terminal key')
    .option('--shared', 'for terminal keys that several gates share, too')
    .action(async (options: CheckOptions, command: Command) => {
      const roles: KeyRole[] = [
        ...ROLES_OF[options.for],
        ...(options.p384 === true ? (['terminal-p384'] as const) : []),
        ...(options.shared === true ? (['shared-terminal'] as const) : []),
      ];
      await carryOut(command, options, {
        act: 'token check',
        detail: { token: options.token, for: options.for },
        rule: 'nobody',
        plan: [
          'hold the token’s mechanisms against those that its keys need',
          'make a key of each kind in it, try to read it out in every way, and destroy it',
        ],
        work: () =>
          withToken(options, async (opened) => {
            const report = await checkToken(opened, roles);
            const { model, serialNumber } = opened.description;
            const detail = { fit: report.fit, reasons: [...report.reasons], model, serialNumber };
            return { detail, result: report };
          }),
        answer: (report) => {
          if (!report.fit) process.exitCode = 1;
          return { value: report, text: reportText(options.token, report) };
        },
      });
    });
}

function reportText(label: string, report: TokenReport): string {
  const mechanisms = new Map<string, MechanismNeed>();
  for (const need of report.mechanisms) mechanisms.set(`${need.mechanism} ${need.does}`, need);
  return [
    ...[...mechanisms.values()].map(
      ({ mechanism, does, had }) => `${had ? 'has  ' : 'lacks'}  ${mechanism}, to ${does}`,
    ),
    ...report.trials.map(({ kind, outcome }) => `${OUTCOME[outcome]}  ${kind}`),
    '',
    report.fit
      ? `The token "${label}" is fit.`
      : [`The token "${label}" is refused.`, ...report.reasons.map((reason) => `  - ${reason}`)].join('\n'),
  ].join('\n');
}

const OUTCOME = { kept: 'keeps', gave: 'GIVES', 'not-made': 'lacks' } as const;
