import type { Step } from './migrations.ts';

/** What is owed back for tickets that were taken back. */
export const refunds: Step = async (db, { time }) => {
  await db.schema
    .createTable('refunds')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('application_id', 'text', (column) => column.notNull().references('applications.id'))
    // A ticket is paid back once.
    .addColumn('ticket_id', 'text', (column) => column.notNull().unique().references('tickets.id'))
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('owed_at', time, (column) => column.notNull())
    .addColumn('paid_at', time)
    .addColumn('paid_by', 'text')
    .addColumn('reference', 'text')
    .addColumn('revision', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('refunds_of_organisation')
    .on('refunds')
    .columns(['organisation_id', 'state', 'id'])
    .execute();
  await db.schema.createIndex('refunds_of_application').on('refunds').column('application_id').execute();
};
