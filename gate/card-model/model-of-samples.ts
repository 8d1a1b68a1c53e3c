import type { CardProfile } from '../card/profile.ts';
import { CardModelError } from './card-model-error.ts';
import type { CardModel } from './card-model.ts';

/** One command that a card was asked, and what it took. */
export interface Sample {
  /** CLA INS P1 P2 in hexadecimal, capital letters. */
  readonly header: string;
  /** Sent and received, over the air. */
  readonly bytes: number;
  readonly milliseconds: number;
}

interface Measured {
  readonly profile: CardProfile;
  readonly base: CardModel;
  readonly measured: { readonly at: string; readonly rounds: number };
}

const FASTEST_AIR = 100_000;

/** Works out a card model from what a card took. */
export function modelOf(samples: readonly Sample[], { profile, base, measured }: Measured): CardModel {
  const reads = medians(samples.filter(({ header }) => header.startsWith(hex(profile.reading.readHeader))));
  const { perByte, perCommand } = line(reads);
  const { bitsPerByte } = base.air;
  const kilobits = Math.min(FASTEST_AIR, bitsPerByte / Math.max(perByte, bitsPerByte / FASTEST_AIR));
  const work = ({ bytes, milliseconds }: Sample): number =>
    Math.max(0, milliseconds - perCommand - (bytes * bitsPerByte) / kilobits);

  // What the model names is looked for among what was sent; all else are the short commands.
  const commands = base.commands.map((command) => {
    const sent = samples.filter(({ header }) => header.startsWith(command.header));
    return sent.length === 0
      ? { ...command, was: false }
      : { ...command, milliseconds: middle(sent.map(work)), was: true };
  });
  const others = samples.filter(
    ({ header }) =>
      !header.startsWith(hex(profile.reading.readHeader)) &&
      !base.commands.some((command) => header.startsWith(command.header)),
  );
  return {
    format: 'kazasu/card-model/v1',
    name: `measured-${profile.name}`,
    about: [
      'Measured on a card by `kazasu-gate card time`, through its reader; medians.',
      'perCommand holds all that is the same for every command: the reader, its protocol, and a read in the card.',
      `What was not measured is of the model ${base.name}.`,
    ],
    air: { kilobitsPerSecond: [rounded(kilobits)], bitsPerByte },
    milliseconds: {
      activation: base.milliseconds.activation,
      perCommand: rounded(perCommand),
      otherCommand: rounded(middle(others.map(work))),
    },
    commands: commands.map(({ name, header, milliseconds }) => ({
      name,
      header,
      milliseconds: rounded(milliseconds),
    })),
    unmeasured: ['activation', ...commands.filter(({ was }) => !was).map(({ name }) => name)],
    measured,
  };
}

/** One sample for each length: the median of all of that length. */
function medians(samples: readonly Sample[]): Sample[] {
  const lengths = [...new Set(samples.map(({ bytes }) => bytes))];
  return lengths.map((bytes) => {
    const same = samples.filter((sample) => sample.bytes === bytes);
    return { header: '', bytes, milliseconds: middle(same.map(({ milliseconds }) => milliseconds)) };
  });
}

/** The line of least squares through reads of several lengths: what a byte costs, and what a command. */
function line(samples: readonly Sample[]): { perByte: number; perCommand: number } {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [bytes, milliseconds] = [mean((each) => each.bytes), mean((each) => each.milliseconds)];
  const spread = mean((each) => (each.bytes - bytes) ** 2);
  if (samples.length < 2 || spread === 0) {
    throw new CardModelError(
      'not-measured',
      'The card’s reads are too few to tell the air by. Measure again.',
    );
  }
  const together = mean((each) => (each.bytes - bytes) * (each.milliseconds - milliseconds));
  const perByte = Math.max(0, together / spread);
  return { perByte, perCommand: Math.max(0, milliseconds - perByte * bytes) };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
