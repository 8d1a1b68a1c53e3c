import type { Step } from './migrations.ts';

/** What parties do with their tickets, and what of it gates have yet to hear. */
export const parties: Step = async (db) => {
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
};
