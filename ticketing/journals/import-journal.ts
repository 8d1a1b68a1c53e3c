import { readHandedOver, type HandedOverLog } from '../../gate/journal-format/read-handed-over.ts';
import { recordAct } from '../audit/record-act.ts';
import { openCase } from '../cases/found-case.ts';
import type { GateRow } from '../gates/gate.ts';
import { JournalsError } from './journals-error.ts';
import { keepFile } from './kept-files.ts';
import { takeJournal, type JournalTaker, type TakenJournal } from './take-journal.ts';

/** A journal that a person brings as a file. */
export interface JournalToImport {
  readonly organisation: string;
  readonly person: string | null;
  readonly file: Uint8Array;
  /** The person knows that the gate was revoked, and says that its journal counts all the same. */
  readonly evenIfRevoked?: boolean;
}

/**
 * Takes a journal from a file. One of a gate that is not known, or was revoked, is not taken: it is kept as
 * it came, and a case says so.
 *
 * @example
 * const { gate, entries, answer } = await importJournal({ store, listSigner, now }, { organisation, person, file });
 */
export async function importJournal(taker: JournalTaker, brought: JournalToImport): Promise<TakenJournal> {
  const { store } = taker;
  const { organisation, person, file } = brought;
  const [log] = readHandedOver(file);
  const name = log?.gate ?? '';
  const gate = await store.db
    .selectFrom('gates')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('name', '=', name)
    .executeTakeFirst();
  if (gate === undefined || (gate.state === 'revoked' && brought.evenIfRevoked !== true)) {
    return refuse(taker, brought, log, gate);
  }
  const taken = await takeJournal(taker, gate, file);
  if (taken.entries > 0) {
    const now = taker.now();
    const detail = { gate: name, entries: taken.entries, findings: taken.answer.findings.length };
    await store.transaction((tables) =>
      recordAct(tables, { organisation, person, act: 'journals.import', subject: gate.id, detail }, now),
    );
  }
  return taken;
}

async function refuse(
  { store, now }: JournalTaker,
  { organisation, file }: JournalToImport,
  log: HandedOverLog | undefined,
  gate: GateRow | undefined,
): Promise<never> {
  const name = log?.gate ?? '';
  const at = now();
  await store.transaction(async (tables) => {
    const digest = await keepFile(tables, { organisation, gate: name, file }, at);
    const kind = gate === undefined ? 'journal-of-unknown-gate' : 'journal-of-revoked-gate';
    const revokedAt = gate?.revoked_at ?? undefined;
    const detail = { gate: name, file: digest, bytes: file.length, revokedAt };
    await openCase(
      tables,
      store.kind,
      { organisation, kind, subject: `gate ${name} file ${digest}`, detail },
      at,
    );
  });
  if (gate === undefined) {
    throw new JournalsError(
      'unknown-gate',
      `No gate named ${name} is enrolled. The journal is kept and a case was made of it; enrol the gate, then import it again.`,
    );
  }
  throw new JournalsError(
    'revoked-gate',
    `The gate ${name} was revoked. The journal is kept and a case was made of it; where it is to count all the same, import it as that of a revoked gate.`,
  );
}
