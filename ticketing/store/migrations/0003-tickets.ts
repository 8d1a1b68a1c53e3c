import { sql } from 'kysely';
import type { Step } from './migrations.ts';

/** Visitors without names, applications, tickets, and the cards that are bound to them. */
export const tickets: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('visitors')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .execute();
  await db.schema
    .createTable('visitor_hashes')
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('serial_hash', bytes, (column) => column.notNull())
    .addColumn('visitor_id', 'text', (column) => column.notNull().references('visitors.id'))
    .addPrimaryKeyConstraint('visitor_known', ['event_id', 'serial_hash'])
    .execute();

  await db.schema
    .createTable('applications')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'text', (column) => column.notNull().unique())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('category_id', 'text', (column) => column.notNull().references('categories.id'))
    .addColumn('visitor_id', 'text', (column) => column.notNull().references('visitors.id'))
    .addColumn('form', bytes, (column) => column.notNull())
    .addColumn('signature', bytes, (column) => column.notNull())
    .addColumn('signature_issuer', bytes, (column) => column.notNull())
    .addColumn('signature_serial', bytes, (column) => column.notNull())
    .addColumn('tickets', 'integer', (column) => column.notNull())
    .addColumn('companions', 'text', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('taken_at', time, (column) => column.notNull())
    .addColumn('due_at', time, (column) => column.notNull())
    .addColumn('paid_at', time)
    .addColumn('ended_at', time)
    .execute();
  await db.schema
    .createIndex('applications_of_session')
    .on('applications')
    .columns(['session_id', 'state', 'id'])
    .execute();
  await db.schema.createIndex('applications_due').on('applications').columns(['state', 'due_at']).execute();

  await db.schema
    .createTable('tickets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'text', (column) => column.notNull().unique())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('category_id', 'text', (column) => column.notNull().references('categories.id'))
    .addColumn('application_id', 'text', (column) => column.references('applications.id'))
    .addColumn('visitor_id', 'text', (column) => column.references('visitors.id'))
    .addColumn('seat_id', 'text', (column) => column.notNull().references('seats.id'))
    .addColumn('place', 'integer', (column) => column.notNull())
    .addColumn('admits', 'integer', (column) => column.notNull())
    .addColumn('flags', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('ended_why', 'text')
    .addColumn('changed_at', time, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('tickets_of_session')
    .on('tickets')
    .columns(['session_id', 'state', 'id'])
    .execute();
  await db.schema.createIndex('tickets_of_application').on('tickets').column('application_id').execute();
  await db.schema.createIndex('tickets_of_visitor').on('tickets').column('visitor_id').execute();

  await db.schema
    .createTable('bindings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('ticket_id', 'text', (column) => column.notNull().references('tickets.id'))
    .addColumn('serial_hash', bytes, (column) => column.notNull())
    .addColumn('serial', bytes, (column) => column.notNull())
    .addColumn('issuer_key_id', bytes, (column) => column.notNull())
    .addColumn('not_after', time, (column) => column.notNull())
    .addColumn('public_key', bytes)
    .addColumn('medium', 'text', (column) => column.notNull())
    .addColumn('how', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('bound_at', time, (column) => column.notNull())
    .addColumn('ended_at', time)
    .addColumn('ended_why', 'text')
    .addColumn('checked_at', time, (column) => column.notNull())
    .execute();
  // A card opens one ticket of a session.
  await db.schema
    .createIndex('card_once')
    .unique()
    .on('bindings')
    .columns(['session_id', 'serial_hash'])
    .where(sql.ref('state'), '=', sql.lit('active'))
    .execute();
  await db.schema.createIndex('bindings_of_ticket').on('bindings').column('ticket_id').execute();
};
