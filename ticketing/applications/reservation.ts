import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { slipPath } from '../payments/slip.ts';

/** What an application came to (⑤). */
export interface Reservation {
  /** For people: on the slip and at the desk. */
  readonly application: string;
  readonly state: Tables['applications']['state'];
  /** What is printed on the seats; empty where they have no numbers. */
  readonly seats: readonly string[];
  readonly total: number;
  readonly dueAt: number;
  /** None where nothing is to be paid. */
  readonly slip?: { readonly number: string; readonly path: string };
}

/** An application that is there already, with the bytes that it came as. */
export interface KnownApplication {
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly reservation: Reservation;
}

/** Those of some applications that are there already, by the forms' own ids. */
export async function readKnown(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<Map<string, KnownApplication>> {
  const rows = await db
    .selectFrom('applications')
    .leftJoin('slips', 'slips.application_id', 'applications.id')
    .select([
      'applications.id',
      'applications.number',
      'applications.form',
      'applications.signature',
      'applications.state',
      'applications.total',
      'applications.due_at',
      'slips.number as slip',
      'slips.token',
    ])
    .where('applications.id', 'in', [...ids])
    .execute();
  const known = new Map<string, KnownApplication>();
  for (const { id, number, form, signature, state, total, due_at, slip, token } of rows) {
    const reservation = {
      application: number,
      state,
      seats: await seatsOf(db, id),
      total,
      dueAt: due_at,
      ...(slip === null || token === null ? {} : { slip: { number: slip, path: slipPath({ token }) } }),
    };
    known.set(id, { signed: form, signature, reservation });
  }
  return known;
}

async function seatsOf(db: Kysely<Tables>, application: string): Promise<string[]> {
  const rows = await db
    .selectFrom('tickets')
    .innerJoin('seats', 'seats.id', 'tickets.seat_id')
    .select('seats.label')
    .where('tickets.application_id', '=', application)
    .orderBy('tickets.place')
    .execute();
  return rows.flatMap(({ label }) => label ?? []);
}
