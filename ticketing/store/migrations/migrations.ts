import { sql, type Kysely, type Migration, type RawBuilder } from 'kysely';
import type { StoreKind } from '../store.ts';
import { cases } from './0001-cases.ts';
import { events } from './0002-events.ts';
import { tickets } from './0003-tickets.ts';
import { work } from './0004-work.ts';
import { payments } from './0005-payments.ts';
import { parties } from './0006-parties.ts';
import { gates } from './0008-gates.ts';
import { lists } from './0009-lists.ts';
import { http } from './0010-http.ts';
import { people } from './0011-people.ts';
import { journals } from './0012-journals.ts';
import { listCuts } from './0013-list-cuts.ts';
import { refunds } from './0016-refunds.ts';
import { resale } from './0017-resale.ts';
import { undoneAdmissions } from './0014-undone-admissions.ts';
import { orders } from './0020-orders.ts';

/** Column types that the two databases name differently. */
export interface ColumnTypes {
  readonly bytes: RawBuilder<unknown>;
  /** Milliseconds, and all else that 32 bits do not hold. */
  readonly time: 'bigint';
}

/** One step of the tables. There is no way back: a service that needs one is restored from its backup. */
export type Step = (db: Kysely<unknown>, types: ColumnTypes) => Promise<void>;

/** In the order in which they are taken, for ever: one that is out is never changed. */
const steps: Readonly<Record<string, Step>> = {
  '0001-cases': cases,
  '0002-events': events,
  '0003-tickets': tickets,
  '0004-work': work,
  '0005-payments': payments,
  '0006-parties': parties,
  '0008-gates': gates,
  '0009-lists': lists,
  '0010-http': http,
  '0011-people': people,
  '0012-journals': journals,
  '0013-list-cuts': listCuts,
  '0016-refunds': refunds,
  '0017-resale': resale,
  '0020-orders': orders,
  '0014-undone-admissions': undoneAdmissions,
};

export function migrationsFor(kind: StoreKind): Record<string, Migration> {
  const types: ColumnTypes = { bytes: kind === 'postgres' ? sql`bytea` : sql`blob`, time: 'bigint' };
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [name, { up: (db: Kysely<unknown>) => step(db, types) }]),
  );
}
