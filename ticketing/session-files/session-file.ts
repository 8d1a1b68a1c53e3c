import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { packContents, packRules } from '../entry-list/pack-contents.ts';
import { nameField } from '../entry-list/signed-fields.ts';
import { TicketingError } from '../ticketing-error.ts';
import { isoTime } from './fields.ts';

const window = z
  .strictObject({ from: isoTime, until: isoTime, category: nameField.optional() })
  .transform(({ from, until, category }) => ({
    from,
    until,
    ...(category === undefined ? {} : { category }),
  }));

/** A session as an organiser describes it in a file, times in ISO 8601 with their offset. */
const sessionFile = z.strictObject({
  event: nameField,
  session: nameField,
  gateGroup: nameField.default('main'),
  startsAt: isoTime,
  /** From when to when gates may admit by the list. */
  validFrom: isoTime,
  validUntil: isoTime,
  texts: packContents.shape.texts,
  rules: packRules
    .extend({ windows: z.exactOptional(z.array(window).max(200)) })
    .default({ entry: 'never-again' }),
  /** A receiptline template; the gate's own where left out. */
  receipt: packContents.shape.receipt.default(''),
});
export type SessionFile = z.output<typeof sessionFile>;

/**
 * Reads the description of a session. Every wrong field is named with its path in one message.
 *
 * @example
 * const session = readSessionFile('opening-night.json');
 */
export function readSessionFile(path: string): SessionFile {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new TicketingError('file-unreadable', `The session file ${path} cannot be read as JSON.`, {
      cause,
    });
  }
  const checked = sessionFile.safeParse(json);
  if (checked.success) return checked.data;
  throw new TicketingError('file-wrong', `The session file ${path} is wrong:\n${wrongFields(checked.error)}`);
}
