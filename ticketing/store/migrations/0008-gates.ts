import type { Step } from './migrations.ts';

/** Gates, the codes by which they are enrolled, and the requests of theirs that were taken. */
export const gates: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('gates')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('gate_group', 'text', (column) => column.notNull())
    .addColumn('door', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('identity_key', bytes, (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull().unique())
    .addColumn('transport_key', 'text', (column) => column.notNull())
    .addColumn('oaep', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('enrolled_at', time, (column) => column.notNull())
    .addColumn('revoked_at', time)
    .addColumn('seen_at', time)
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addUniqueConstraint('gate_once', ['organisation_id', 'name'])
    .execute();

  await db.schema
    .createTable('gate_codes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('code_hash', bytes, (column) => column.notNull().unique())
    .addColumn('gate', 'text', (column) => column.notNull())
    .addColumn('gate_group', 'text', (column) => column.notNull())
    .addColumn('door', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('made_at', time, (column) => column.notNull())
    .addColumn('expires_at', time, (column) => column.notNull())
    .addColumn('gate_id', 'text', (column) => column.references('gates.id'))
    .execute();

  await db.schema
    .createTable('gate_nonces')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('nonce', 'text', (column) => column.notNull())
    .addColumn('expires', time, (column) => column.notNull())
    .addPrimaryKeyConstraint('nonce_once', ['key_id', 'nonce'])
    .execute();
  await db.schema.createIndex('nonces_that_ended').on('gate_nonces').column('expires').execute();
};
