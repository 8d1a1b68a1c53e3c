import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { openToken } from '../../hsm/token/token.ts';
import { loadCardModel, type CardModel } from '../card-model/card-model.ts';
import { measureCard, type MeasureCardOptions } from '../card-model/measure-card.ts';
import { loadCardProfile } from '../card/profile.ts';
import { readConfig } from '../config/config.ts';
import { withNextCard } from '../reader/next-card.ts';
import { watchPcscReaders } from '../reader/pcsc-reader.ts';
import { tapMessage } from '../tap/tap-message.ts';

interface TimeOptions {
  readonly out: string;
  readonly reader?: string;
  readonly profile?: string;
  readonly config?: string;
  readonly rounds: number;
  readonly wait: number;
}

/** Adds `time` to the commands of `card`. */
export function addCardTimeCommand(card: Command): void {
  card
    .command('time')
    .description(
      'Measures how long the card on the reader takes for each command, without a PIN, and writes it as a card model. With the gate’s configuration also what only a gate may ask: the proof and the card’s signature.',
    )
    .requiredOption('--out <file>', 'where the card model is written')
    .option('--config <file>', 'the gate’s configuration: its reader, profile and terminal key')
    .option('--reader <name>', 'the reader’s name or a part of it; any reader where left out')
    .option('--profile <name>', 'the card profile: one that ships, or a file (default: jpki-rsa)')
    .option('--rounds <number>', 'how often each command is sent', readRounds, 10)
    .option('--wait <seconds>', 'how long to wait for a card', readRounds, 30)
    .action(async (options: TimeOptions, command: Command) => {
      const console = consoleOf(command);
      const config = options.config === undefined ? undefined : readConfig(options.config);
      const reader = options.reader ?? config?.reader ?? '';
      const profile = loadCardProfile(options.profile ?? config?.cardProfile ?? 'jpki-rsa');
      const gate = config === undefined ? undefined : await terminalOf(config, profile.name);
      try {
        const model = await withNextCard(
          (listener) => watchPcscReaders({ reader }, listener),
          {
            milliseconds: options.wait * 1000,
            onStatus: ({ problem }) => {
              console.note(problem ?? 'Lay a card on the reader, and leave it there.');
            },
          },
          async (card) => {
            const connected = await card.connect();
            try {
              return await measureCard(connected, {
                profile,
                base: loadCardModel(),
                rounds: options.rounds,
                at: new Date(),
                ...(gate === undefined ? {} : { terminal: gate.terminal }),
              });
            } finally {
              await connected.release();
            }
          },
        );
        writeFileSync(options.out, `${JSON.stringify(model, null, 2)}\n`);
        console.result(model, inWords(model, options.out));
      } finally {
        gate?.close();
      }
    });
}

/** The terminal key of a gate, and what its cards are asked to sign. */
async function terminalOf(
  { pkcs11: { module, token: label, parameters }, state, gate }: ReturnType<typeof readConfig>,
  profile: string,
): Promise<{ terminal: NonNullable<MeasureCardOptions['terminal']>; close: () => void }> {
  const pin = await readPin(TOKEN_PIN);
  const token = await openToken({
    module,
    token: label,
    pin,
    ...(parameters === undefined ? {} : { parameters }),
  });
  try {
    const key = (await openTerminalKeys(token, state)).active(profile, new Date());
    return {
      terminal: { key, message: () => tapMessage(gate) },
      close: () => {
        token.close();
      },
    };
  } catch (error) {
    token.close();
    throw error;
  }
}

function inWords({ air, milliseconds, commands, unmeasured }: CardModel, file: string): string {
  const row = (name: string, value: number, unit: string): string =>
    `  ${name.padEnd(26)} ${value} ${unit}${unmeasured.includes(name) ? '  (not measured: the model’s)' : ''}`;
  return [
    `Written to ${file}.`,
    row('air', air.kilobitsPerSecond[0] ?? 0, 'kbit/s'),
    row('activation', milliseconds.activation, 'ms'),
    row('perCommand', milliseconds.perCommand, 'ms'),
    row('otherCommand', milliseconds.otherCommand, 'ms'),
    ...commands.map((command) => row(command.name, command.milliseconds, 'ms')),
  ].join('\n');
}

function readRounds(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1000)
    throw new InvalidArgumentError('It must be a whole number, 1 to 1000.');
  return number;
}
