import { z } from '@hono/zod-openapi';
import type { SessionFigures } from './session-figures.ts';

const count = z.int();
const time = z.iso.datetime();

export const figuresView = z
  .strictObject({
    session: z.string(),
    name: z.string().meta({ description: 'As journals name it: event/session.' }),
    tickets: z.array(
      z.strictObject({
        category: z.string(),
        tickets: count.meta({ description: 'The valid ones.' }),
        bound: count.meta({ description: 'Of these, those that a card is bound to,' }),
        entered: count.meta({ description: 'and those whose holders entered.' }),
        noShows: count.nullable().meta({ description: 'Not said before the session is over.' }),
      }),
    ),
    doors: z.array(
      z.strictObject({
        door: z.string(),
        entries: count.meta({ description: 'In people; what staff took back is not counted.' }),
        exits: count,
        byHand: count.meta({ description: 'Of the entries, those that staff let in by hand.' }),
        peak: z.strictObject({ at: time, entries: count }).nullable().meta({
          description: 'The first minute with the most entries.',
        }),
      }),
    ),
    minutes: z
      .array(z.strictObject({ at: time, door: z.string(), entries: count, exits: count }))
      .meta({ description: 'Minutes in which nobody passed a door are left out.' }),
    refused: z.array(z.strictObject({ verdict: z.string(), code: z.string().nullable(), taps: count })),
    journals: z
      .array(
        z.strictObject({
          gate: z.string(),
          door: z.string(),
          until: time.nullable(),
          whole: z.boolean().meta({ description: 'It reaches the session’s end.' }),
        }),
      )
      .meta({ description: 'How far the gates’ journals are in: figures say nothing of what is missing.' }),
  })
  .openapi('SessionFigures');

/** As it is sent: times in ISO 8601. */
export function viewOf(figures: SessionFigures): z.output<typeof figuresView> {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    session: figures.session,
    name: figures.name,
    tickets: [...figures.tickets],
    doors: figures.doors.map(({ peak, ...door }) => ({
      ...door,
      peak: peak === null ? null : { ...peak, at: iso(peak.at) },
    })),
    minutes: figures.minutes.map((minute) => ({ ...minute, at: iso(minute.at) })),
    refused: [...figures.refused],
    journals: figures.journals.map((journal) => ({
      ...journal,
      until: journal.until === null ? null : iso(journal.until),
    })),
  };
}
