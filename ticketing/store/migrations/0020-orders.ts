import type { Step } from './migrations.ts';

/** Orders of play guides. */
export const orders: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('order_imports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('guide', 'text', (column) => column.notNull())
    .addColumn('wanted', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('file', bytes)
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('taken', 'integer', (column) => column.notNull())
    .addColumn('wrong', 'integer', (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .addColumn('asked_by', 'text')
    .addColumn('asked_at', time, (column) => column.notNull())
    .addColumn('ended_at', time)
    .execute();
  await db.schema.createIndex('imports_of_event').on('order_imports').columns(['event_id', 'id']).execute();

  await db.schema
    .createTable('imported_tickets')
    .addColumn('ticket_id', 'text', (column) => column.primaryKey().references('tickets.id'))
    .addColumn('import_id', 'text', (column) => column.notNull().references('order_imports.id'))
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('guide', 'text', (column) => column.notNull())
    .addColumn('guide_order', 'text', (column) => column.notNull())
    .addColumn('guide_ticket', 'text', (column) => column.notNull())
    .addUniqueConstraint('guide_ticket_once', ['event_id', 'guide', 'guide_ticket'])
    .execute();
};
