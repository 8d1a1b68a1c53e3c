import { sql } from 'kysely';
import type { Step } from './migrations.ts';

/** Tickets that are offered again, and who waits for one. */
export const resale: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('resale_offers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('category_id', 'text', (column) => column.notNull().references('categories.id'))
    .addColumn('ticket_id', 'text', (column) => column.notNull().references('tickets.id'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('application_id', 'text', (column) => column.references('applications.id'))
    .addColumn('accept_until', time)
    .addColumn('offered_at', time, (column) => column.notNull())
    .addColumn('ended_at', time)
    .execute();
  // A ticket is on offer once, and whoever waits is offered one.
  await db.schema
    .createIndex('offered_once')
    .unique()
    .on('resale_offers')
    .column('ticket_id')
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('matched_once')
    .unique()
    .on('resale_offers')
    .column('application_id')
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await db.schema
    .createTable('waiting')
    .addColumn('application_id', 'text', (column) => column.primaryKey().references('applications.id'))
    .addColumn('category_id', 'text', (column) => column.notNull().references('categories.id'))
    .addColumn('joined_at', time, (column) => column.notNull())
    .addColumn('code_hash', bytes, (column) => column.notNull().unique())
    .addColumn('binding_id', 'text', (column) => column.notNull())
    .addColumn('serial_hash', bytes, (column) => column.notNull())
    .addColumn('serial', bytes, (column) => column.notNull())
    .addColumn('issuer_key_id', bytes, (column) => column.notNull())
    .addColumn('not_after', time, (column) => column.notNull())
    .addColumn('public_key', bytes, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('waiting_in_order')
    .on('waiting')
    .columns(['category_id', 'joined_at'])
    .execute();
};
