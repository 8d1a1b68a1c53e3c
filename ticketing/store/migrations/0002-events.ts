import type { Step } from './migrations.ts';

/** Events, sessions, categories and seats. */
export const events: Step = async (db, { time }) => {
  await db.schema
    .createTable('events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('texts', 'text', (column) => column.notNull())
    .addColumn('quota', 'integer')
    .addColumn('erase_after_days', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', time, (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('events_of_organisation')
    .on('events')
    .columns(['organisation_id', 'id'])
    .execute();

  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('texts', 'text', (column) => column.notNull())
    .addColumn('notes', 'text')
    .addColumn('starts_at', time, (column) => column.notNull())
    .addColumn('valid_from', time, (column) => column.notNull())
    .addColumn('valid_until', time, (column) => column.notNull())
    .addColumn('sale_from', time, (column) => column.notNull())
    .addColumn('sale_until', time, (column) => column.notNull())
    .addColumn('pay_within_ms', time, (column) => column.notNull())
    .addColumn('claim_until', time, (column) => column.notNull())
    .addColumn('quota', 'integer')
    .addColumn('companions', 'text', (column) => column.notNull())
    .addColumn('rules', 'text', (column) => column.notNull())
    .addColumn('receipt', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addUniqueConstraint('session_once', ['event_id', 'name'])
    .execute();

  await db.schema
    .createTable('categories')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('texts', 'text', (column) => column.notNull())
    .addColumn('price', 'integer', (column) => column.notNull())
    .addUniqueConstraint('category_once', ['session_id', 'name'])
    .execute();

  await db.schema
    .createTable('seats')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('category_id', 'text', (column) => column.notNull().references('categories.id'))
    .addColumn('label', 'text')
    .addColumn('zone', 'text')
    .addColumn('doors', 'text')
    .addColumn('flags', 'text')
    .addColumn('x', 'real')
    .addColumn('y', 'real')
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('ticket_id', 'text')
    .addUniqueConstraint('seat_once', ['session_id', 'label'])
    .execute();
  await db.schema
    .createIndex('seats_to_sell')
    .on('seats')
    .columns(['category_id', 'state', 'position'])
    .execute();
};
