import { createHash } from 'node:crypto';
import type { Work } from '../store/store.ts';

/** A journal as it came. */
export interface JournalFile {
  readonly organisation: string;
  /** The gate's name, as the file has it. */
  readonly gate: string;
  readonly file: Uint8Array;
}

/** Keeps a file in which something is wrong, exactly as it came: what a case may have to be shown by. */
export async function keepFile(
  tables: Work,
  { organisation, gate, file }: JournalFile,
  now: number,
): Promise<string> {
  const digest = createHash('sha256').update(file).digest('hex');
  await tables
    .insertInto('journal_files')
    .values({ digest, organisation_id: organisation, gate, received_at: now, bytes: Buffer.from(file) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
  return digest;
}
