import type { Step } from './migrations.ts';

/** Slips, and the payments that came in on them. */
export const payments: Step = async (db, { time }) => {
  await db.schema
    .createTable('slips')
    .addColumn('number', 'text', (column) => column.primaryKey())
    .addColumn('application_id', 'text', (column) => column.notNull().unique().references('applications.id'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('due_at', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('payments')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('slip', 'text', (column) => column.notNull())
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('paid_at', time, (column) => column.notNull())
    .addColumn('received_at', time, (column) => column.notNull())
    .addColumn('application_id', 'text', (column) => column.references('applications.id'))
    .addColumn('outcome', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('payments_of_application').on('payments').column('application_id').execute();
};
