import type { Step } from './migrations.ts';

/** People, their roles, and how they sign in. */
export const people: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sign_in', 'text', (column) => column.notNull().unique())
    .addColumn('password', 'text')
    .addColumn('created_at', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('memberships')
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('since', time, (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('member_once', ['person_id', 'organisation_id'])
    .execute();
  await db.schema
    .createIndex('members_of_organisation')
    .on('memberships')
    .columns(['organisation_id', 'person_id'])
    .execute();

  await db.schema
    .createTable('invitations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('secret', bytes, (column) => column.notNull().unique())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('invited_by', 'text')
    .addColumn('created_at', time, (column) => column.notNull())
    .addColumn('expires_at', time, (column) => column.notNull())
    .addColumn('used_at', time)
    .execute();
  await db.schema
    .createIndex('invitations_of_organisation')
    .on('invitations')
    .columns(['organisation_id', 'id'])
    .execute();

  await db.schema
    .createTable('person_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('secret', bytes, (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('how', 'text', (column) => column.notNull())
    .addColumn('began_at', time, (column) => column.notNull())
    .addColumn('seen_at', time, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sessions_of_person').on('person_sessions').column('person_id').execute();

  await db.schema
    .createTable('passkeys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('public_key', bytes, (column) => column.notNull())
    .addColumn('counter', time, (column) => column.notNull())
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('created_at', time, (column) => column.notNull())
    .addColumn('used_at', time)
    .execute();
  await db.schema.createIndex('passkeys_of_person').on('passkeys').column('person_id').execute();

  await db.schema
    .createTable('passkey_challenges')
    .addColumn('challenge', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text')
    .addColumn('expires_at', time, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('sign_in_failures')
    .addColumn('subject', bytes, (column) => column.primaryKey())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_at', time, (column) => column.notNull())
    .execute();
};
