import type { Step } from './migrations.ts';

/** Organisations, what people must look at, and who did what. */
export const cases: Step = async (db, { time }) => {
  await db.schema
    .createTable('organisations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('cases')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('event_id', 'text')
    .addColumn('session_id', 'text')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('owner_id', 'text')
    .addColumn('opened_at', time, (column) => column.notNull())
    .addColumn('changed_at', time, (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addUniqueConstraint('case_once', ['organisation_id', 'kind', 'subject'])
    .execute();
  await db.schema.createIndex('cases_of_event').on('cases').columns(['event_id', 'state']).execute();

  await db.schema
    .createTable('case_notes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('case_id', 'text', (column) => column.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('person_id', 'text')
    .addColumn('at', time, (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('notes_of_case').on('case_notes').column('case_id').execute();

  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', time, (column) => column.notNull())
    .addColumn('organisation_id', 'text')
    .addColumn('person_id', 'text')
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('audit_of_organisation')
    .on('audit')
    .columns(['organisation_id', 'id'])
    .execute();
};
