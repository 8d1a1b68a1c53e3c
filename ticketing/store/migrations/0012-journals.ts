import type { Step } from './migrations.ts';

/** What gates handed over of their journals. */
export const journals: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('gate_logs')
    .addColumn('gate_id', 'text', (column) => column.notNull().references('gates.id'))
    .addColumn('epoch', time, (column) => column.notNull())
    .addColumn('size', time, (column) => column.notNull())
    .addColumn('root', bytes, (column) => column.notNull())
    .addColumn('countersigned', 'text')
    .addColumn('seen_at', time, (column) => column.notNull())
    .addPrimaryKeyConstraint('log_once', ['gate_id', 'epoch'])
    .execute();

  await db.schema
    .createTable('journal_entries')
    .addColumn('gate_id', 'text', (column) => column.notNull().references('gates.id'))
    .addColumn('epoch', time, (column) => column.notNull())
    .addColumn('number', time, (column) => column.notNull())
    .addColumn('leaf', bytes, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', time, (column) => column.notNull())
    .addColumn('session', 'text')
    .addColumn('ticket', 'text')
    .addColumn('tag', bytes)
    .addColumn('category', 'text')
    .addColumn('verdict', 'text')
    .addColumn('code', 'text')
    .addColumn('direction', 'text')
    .addColumn('admission', 'integer', (column) => column.notNull())
    .addColumn('people', 'integer', (column) => column.notNull())
    .addColumn('of_epoch', time)
    .addColumn('of_number', time)
    .addColumn('bytes', bytes)
    .addPrimaryKeyConstraint('entry_once', ['gate_id', 'epoch', 'number', 'leaf'])
    .execute();
  await db.schema
    .createIndex('entries_of_session')
    .on('journal_entries')
    .columns(['session', 'at', 'gate_id', 'epoch', 'number'])
    .execute();

  await db.schema
    .createTable('journal_files')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('gate', 'text', (column) => column.notNull())
    .addColumn('received_at', time, (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .execute();
};
