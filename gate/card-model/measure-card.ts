import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { decodeAnswer, encodeCommand } from '../card/apdu.ts';
import { presentCard } from '../card/present-card.ts';
import type { CardProfile } from '../card/profile.ts';
import { DONE } from '../card/status-word.ts';
import type { Card } from '../reader/reader.ts';
import { systemTimer, type Timer } from '../reader/timer.ts';
import { CardModelError } from './card-model-error.ts';
import type { CardModel } from './card-model.ts';
import { modelOf, type Sample } from './model-of-samples.ts';

export interface MeasureCardOptions {
  readonly profile: CardProfile;
  /** The model whose figures stand where the card cannot be measured. */
  readonly base: CardModel;
  /** How often each command is sent; the median counts. */
  readonly rounds: number;
  readonly at: Date;
  /** With the gate's terminal key the commands of a whole tap are measured, the card's signature too. */
  readonly terminal?: { readonly key: TerminalKey; readonly message: () => Uint8Array };
  readonly timer?: Timer;
  readonly onRound?: (done: number) => void;
}

/** Lengths of answers by which the air is told apart from the rest. */
const LENGTHS = [1, 64, 128, 192, 256];

/**
 * Measures how long a card takes for each command, without a PIN and without keeping anything of it. What
 * costs the same whatever the command is, the reader, its protocol and a read, cannot be told apart from
 * outside: it stands in `perCommand`.
 *
 * @example
 * const model = await measureCard(card, { profile, base: loadCardModel(), rounds: 10, at: new Date() });
 */
export async function measureCard(card: Card, options: MeasureCardOptions): Promise<CardModel> {
  const { profile, base, rounds, at, terminal, timer = systemTimer, onRound } = options;
  const samples: Sample[] = [];
  const watched = watch(card, timer, (sample) => samples.push(sample));
  for (let round = 1; round <= rounds; round += 1) {
    await freeCommands(watched, profile);
    if (terminal !== undefined) {
      await presentCard(watched, { profile, terminalKey: terminal.key, message: terminal.message(), timer });
    }
    onRound?.(round);
  }
  return modelOf(samples, { profile, base, measured: { at: at.toISOString(), rounds } });
}

/** The same card, each command's time taken at the reader. */
function watch(card: Card, timer: Timer, keep: (sample: Sample) => void): Card {
  return {
    async transmit(command) {
      const began = timer.now();
      const answer = await card.transmit(command);
      keep({
        header: Buffer.from(command.subarray(0, 4)).toString('hex').toUpperCase(),
        bytes: command.length + answer.length,
        milliseconds: timer.now() - began,
      });
      return answer;
    },
  };
}

/** What anyone may ask of a card. */
async function freeCommands(card: Card, profile: CardProfile): Promise<void> {
  const { application, reading, files, terminalAuthentication } = profile;
  await must(card, { header: application.header, data: application.id });
  await must(card, { header: reading.selectHeader, data: files.certificate.id });
  for (const expected of LENGTHS) {
    await must(card, { header: Uint8Array.of(...reading.readHeader, 0, 0), expected });
  }
  const { header, length } = terminalAuthentication.challenge;
  if (terminalAuthentication.challenge.outlivesCommands) await must(card, { header, expected: length });
}

async function must(card: Card, command: Parameters<typeof encodeCommand>[0]): Promise<void> {
  const answer = await card.transmit(encodeCommand(command));
  if (answer.length >= 2 && decodeAnswer(answer).status === DONE) return;
  throw new CardModelError(
    'not-measured',
    'The card left, or refuses what every My Number Card lets anyone ask. Lay one on the reader and leave it there.',
  );
}
