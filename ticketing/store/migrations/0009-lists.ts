import type { Step } from './migrations.ts';

/** Entry lists as they were exported, and their exports under way. */
export const lists: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('entry_lists')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('gate_group', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('base', 'integer')
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addColumn('manifest_digest', bytes, (column) => column.notNull())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('entries', 'integer', (column) => column.notNull())
    .addColumn('contents_digest', bytes, (column) => column.notNull())
    .addColumn('issued_at', time, (column) => column.notNull())
    .addColumn('made_by', 'text')
    .addUniqueConstraint('version_once', ['session_id', 'version'])
    .execute();

  await db.schema
    .createTable('list_chunks')
    .addColumn('list_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('chunk_once', ['list_id', 'number'])
    .execute();

  await db.schema
    .createTable('list_rows')
    .addColumn('list_id', 'text', (column) =>
      column.primaryKey().references('entry_lists.id').onDelete('cascade'),
    )
    .addColumn('rows', bytes, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('list_recipients')
    .addColumn('list_id', 'text', (column) =>
      column.notNull().references('entry_lists.id').onDelete('cascade'),
    )
    .addColumn('gate_id', 'text', (column) => column.notNull().references('gates.id'))
    .addColumn('fetched_at', time)
    .addPrimaryKeyConstraint('recipient_once', ['list_id', 'gate_id'])
    .execute();

  await db.schema
    .createTable('list_exports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('gate_group', 'text', (column) => column.notNull())
    .addColumn('wanted', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('list_id', 'text')
    .addColumn('error', 'text')
    .addColumn('asked_by', 'text')
    .addColumn('asked_at', time, (column) => column.notNull())
    .addColumn('ended_at', time)
    .execute();
  await db.schema
    .createIndex('exports_of_session')
    .on('list_exports')
    .columns(['session_id', 'id'])
    .execute();
};
