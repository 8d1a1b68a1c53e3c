import { sql } from 'kysely';
import type { Step } from './migrations.ts';

/** By which each admission is asked whether it was taken back, without reading a gate's whole journal. */
export const undoneAdmissions: Step = async (db) => {
  await db.schema
    .createIndex('undone_admissions')
    .on('journal_entries')
    .columns(['gate_id', 'of_epoch', 'of_number'])
    .where(sql.ref('of_number'), 'is not', null)
    .execute();
};
