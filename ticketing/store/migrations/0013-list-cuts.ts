import type { Step } from './migrations.ts';

/** A delta is made of the changes that were cut since its base; what versions put in force need not be kept for it. */
export const listCuts: Step = async (db) => {
  await db.schema.dropTable('list_rows').execute();
};
