import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { CardModelError } from './card-model-error.ts';
// Of no use to the code but this: the compiler takes along what is imported.
import type shipped from './card-model.json';

const milliseconds = z.number().min(0).max(60_000);
const name = z.string().min(1).max(60);

const schema = z.strictObject({
  format: z.literal('kazasu/card-model/v1'),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and dashes'),
  /** For people: where its figures come from. */
  about: z.array(z.string().min(1)).min(1),
  air: z.strictObject({
    /** The rates that it is good for; the first counts where none is asked for. */
    kilobitsPerSecond: z.array(z.number().positive().max(100_000)).min(1).max(8),
    bitsPerByte: z.number().min(8).max(20),
  }),
  milliseconds: z.strictObject({
    /** From the card's coming into the field until it takes its first command. */
    activation: milliseconds,
    /** What each command costs in the reader and its protocol, whatever it is. */
    perCommand: milliseconds,
    /** What a command costs in the card that none of `commands` names. */
    otherCommand: milliseconds,
  }),
  /** What a command costs in the card, by how its header begins; the first that fits counts. */
  commands: z
    .array(
      z.strictObject({
        name,
        header: z
          .string()
          .regex(/^([0-9A-F]{2}){1,4}$/, 'must be one to four bytes in hexadecimal, capital letters'),
        milliseconds,
      }),
    )
    .max(32),
  /** What of all this was not measured on a card; nothing is unmeasured where it is empty. */
  unmeasured: z.array(name),
  /** When a card was measured, and how many times each command was sent. */
  measured: z.strictObject({ at: z.iso.datetime(), rounds: z.int().min(1) }).optional(),
});

/** How long a card takes: parameters, of a model or of a card that was measured. */
export type CardModel = z.output<typeof schema>;

/** One command as it goes over the air. */
export interface ModelledCommand {
  /** The bytes sent, header first. */
  readonly command: Uint8Array;
  /** How many bytes come back, the status word among them. */
  readonly received: number;
}

/**
 * Reads a card model: the one that ships, or a file that `kazasu-gate card time` has written.
 *
 * @example
 * const model = loadCardModel();
 * const sign = commandTime(model, { command, received: 258 }, 424);
 */
export function loadCardModel(path?: string): CardModel {
  if (path === undefined) return parseCardModel(readShipped(), 'that ships');
  try {
    return parseCardModel(readFileSync(path, 'utf8'), path);
  } catch (cause) {
    if (cause instanceof CardModelError) throw cause;
    throw new CardModelError(
      'wrong-model',
      `The card model ${path} cannot be read. Name a file that card time wrote.`,
      {
        cause,
      },
    );
  }
}

/** Checks a model's text; every wrong field is named with its path in one message. */
export function parseCardModel(text: string, path: string): CardModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CardModelError('wrong-model', `The card model ${path} is not JSON.`, { cause });
  }
  const checked = schema.safeParse(json);
  if (checked.success) return checked.data;
  throw new CardModelError('wrong-model', `The card model ${path} is wrong:\n${wrongFields(checked.error)}`);
}

/** Milliseconds from a command's sending until its answer is there. */
export function commandTime(model: CardModel, { command, received }: ModelledCommand, rate?: number): number {
  return (
    model.milliseconds.perCommand + airTime(model, command.length + received, rate) + work(model, command)
  );
}

/** Milliseconds that so many bytes are on the air. */
export function airTime({ air }: CardModel, bytes: number, rate?: number): number {
  const [first] = air.kilobitsPerSecond;
  const kilobits = rate ?? first;
  if (kilobits === undefined || !air.kilobitsPerSecond.includes(kilobits)) {
    throw new CardModelError('wrong-model', `The card model has no rate of ${String(kilobits)} kbit/s.`);
  }
  return (bytes * air.bitsPerByte) / kilobits;
}

function work(model: CardModel, command: Uint8Array): number {
  const header = Buffer.from(command.subarray(0, 4)).toString('hex').toUpperCase();
  const named = model.commands.find((each) => header.startsWith(each.header));
  return named?.milliseconds ?? model.milliseconds.otherCommand;
}

function readShipped(): string {
  const file: keyof { 'card-model.json': typeof shipped } = 'card-model.json';
  return readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
}
