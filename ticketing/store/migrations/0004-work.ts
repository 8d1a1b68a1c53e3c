import type { Step } from './migrations.ts';

/** Background work. */
export const work: Step = async (db, { time }) => {
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('run_at', time, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('taken_until', time, (column) => column.notNull())
    .addColumn('taken_by', 'text')
    .addColumn('error', 'text')
    .addUniqueConstraint('job_once', ['kind', 'name'])
    .execute();
  await db.schema.createIndex('jobs_due').on('jobs').columns(['state', 'run_at']).execute();
};
