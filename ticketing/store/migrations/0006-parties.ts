import { sql } from 'kysely';
import type { Step } from './migrations.ts';

/** What parties do with their tickets, and what of it gates have yet to hear. */
export const parties: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('list_changes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('ticket_id', 'text', (column) => column.notNull().references('tickets.id'))
    .addColumn('cut', 'integer')
    .execute();
  await db.schema
    .createIndex('changes_of_session')
    .on('list_changes')
    .columns(['session_id', 'cut', 'ticket_id'])
    .execute();

  await db.schema
    .createTable('list_cuts')
    .addColumn('session_id', 'text', (column) => column.primaryKey().references('sessions.id'))
    .addColumn('cut', 'integer', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('party_codes')
    .addColumn('application_id', 'text', (column) => column.primaryKey().references('applications.id'))
    .addColumn('code_hash', bytes, (column) => column.notNull().unique())
    .addColumn('issued_at', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('claims')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('ticket_id', 'text', (column) => column.notNull().references('tickets.id'))
    .addColumn('code_hash', bytes, (column) => column.notNull().unique())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('issued_at', time, (column) => column.notNull())
    .addColumn('until', time, (column) => column.notNull())
    .addColumn('attempts_left', 'integer', (column) => column.notNull())
    .addColumn('ended_at', time)
    .addColumn('used_challenge', bytes)
    .execute();
  await db.schema
    .createIndex('claim_open_once')
    .unique()
    .on('claims')
    .column('ticket_id')
    .where(sql.ref('state'), '=', sql.lit('open'))
    .execute();
  await db.schema.createIndex('claims_over').on('claims').columns(['state', 'until']).execute();

  await db.schema
    .createTable('claim_challenges')
    .addColumn('challenge', bytes, (column) => column.primaryKey())
    .addColumn('claim_id', 'text', (column) => column.notNull().references('claims.id').onDelete('cascade'))
    .addColumn('until', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('desk_challenges')
    .addColumn('challenge', bytes, (column) => column.primaryKey())
    .addColumn('ticket_id', 'text', (column) => column.notNull().references('tickets.id'))
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('until', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('claim_chases')
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('at', time, (column) => column.notNull())
    .addPrimaryKeyConstraint('chased_once', ['session_id', 'stage'])
    .execute();
};
