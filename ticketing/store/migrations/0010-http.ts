import type { Step } from './migrations.ts';

/** Idempotency keys, and how often secrets were guessed at. */
export const http: Step = async (db, { bytes, time }) => {
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', bytes, (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('body', 'text')
    .addColumn('etag', 'text')
    .addColumn('location', 'text')
    .addColumn('started_at', time, (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_once', ['scope', 'key'])
    .execute();
  await db.schema
    .createIndex('idempotency_keys_by_age')
    .on('idempotency_keys')
    .column('started_at')
    .execute();

  await db.schema
    .createTable('guesses')
    .addColumn('subject', bytes, (column) => column.primaryKey())
    .addColumn('since', time, (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .execute();
};
