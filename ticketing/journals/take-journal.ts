import { setImmediate as letOthers } from 'node:timers/promises';
import type { Checkpoint } from '../../gate/journal-format/checkpoint.ts';
import type { JournalReport, LogReport } from '../../gate/journal-format/finding.ts';
import { readHandedOver, type HandedOverLog } from '../../gate/journal-format/read-handed-over.ts';
import { claimedCheckpoint, openCheckpoint } from '../../gate/journal-format/checkpoint.ts';
import { same } from '../../gate/journal-format/merkle-tree.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { countersignNote } from '../../hsm/seal/signed-note.ts';
import { countersignerName, type JournalAnswer } from '../gate-api/messages.ts';
import type { GateRow } from '../gates/gate.ts';
import type { Store, Work } from '../store/store.ts';
import { checkAgainstSeen } from './check-against-seen.ts';
import { clockWasSet, openJournalCases, type Noticed } from './journal-cases.ts';
import { JournalsError } from './journals-error.ts';
import { keepFile } from './kept-files.ts';
import { keepEntries, keptLeaves } from './kept-entries.ts';
import { askToReconcile } from './reconcile-job.ts';
import { newEntries, type KeptLeaves, type SignedEntry } from './signed-entries.ts';

/** What taking a journal needs of the service. */
export interface JournalTaker {
  readonly store: Store;
  /** Countersigns: the list-signing key, which gates trust already. */
  readonly listSigner: Signer;
  readonly now: () => number;
}

/** What came of a journal. */
export interface TakenJournal {
  readonly gate: string;
  readonly answer: JournalAnswer;
  /** How many entries were new. */
  readonly entries: number;
  /** The sessions that they are of, as journals name them. */
  readonly sessions: readonly string[];
}

/**
 * Takes a journal that a gate handed over: verifies it against what was seen of it before, keeps the entries
 * that are signed and new, makes cases of what is wrong, and countersigns what holds. The same journal
 * again changes nothing, and is answered the same.
 *
 * It may end at any point and be begun again: entries are kept by their place, and a log counts as seen only
 * once all that it was seen to have is kept.
 *
 * @example
 * const { answer } = await takeJournal({ store, listSigner, now }, gate, file);
 */
export async function takeJournal(
  taker: JournalTaker,
  gate: GateRow,
  file: Uint8Array,
): Promise<TakenJournal> {
  const { store, now } = taker;
  const logs = readHandedOver(file);
  if (logs.some((log) => log.gate !== gate.name)) {
    throw new JournalsError(
      'other-gate',
      `The journal is another gate's than ${gate.name}; hand over its own.`,
    );
  }
  const leaves = new Map<number, KeptLeaves>();
  for (const { epoch } of logs) leaves.set(epoch, await keptLeaves(store, gate.id, epoch));
  const leavesOf = (epoch: number): KeptLeaves => leaves.get(epoch) ?? new Map();
  const seen = await seenLogs(store, gate);
  const checkpoints = seen.map(({ epoch, size, root }) => ({ gate: gate.name, epoch, size, root }));
  const report = checkAgainstSeen(file, logs, gate.identity_key, { checkpoints, leaves: leavesOf });

  const fresh = new Fresh();
  let entries = 0;
  for (const log of logs) {
    const signed = report.logs.find(({ epoch }) => epoch === log.epoch)?.signed ?? 0;
    entries += await keepEntries(store, gate.id, fresh.watch(newEntries(log, signed, leavesOf(log.epoch))));
    // A long journal must not keep the service from answering.
    await letOthers();
  }
  const notes = await countersign(taker, logs, report, gate, seen);
  const noticed: Noticed[] = [...report.findings, ...fresh.clocks];
  const at = now();
  await store.transaction(async (tables) => {
    const query = tables.selectFrom('gates').select('id').where('id', '=', gate.id);
    await (store.kind === 'postgres' ? query.forUpdate() : query).execute();
    for (const log of report.logs) await rememberLog(tables, gate, log, report, notes.get(log.epoch), at);
    const outcomes = await openJournalCases(tables, store.kind, gate, noticed, at);
    if (outcomes.some((outcome) => outcome !== 'known')) {
      await keepFile(tables, { organisation: gate.organisation_id, gate: gate.name, file }, at);
    }
    for (const session of fresh.sessions) await askToReconcile(tables, session, at);
  });
  return {
    gate: gate.name,
    answer: { findings: [...report.findings], countersigned: [...notes.values()] },
    entries,
    sessions: [...fresh.sessions],
  };
}

/** What the entries that were not kept before are of. */
class Fresh {
  readonly sessions = new Set<string>();
  readonly clocks: Noticed[] = [];

  *watch(entries: Iterable<SignedEntry>): Generator<SignedEntry> {
    for (const signed of entries) {
      const { epoch, entry } = signed;
      if (entry.kind === 'clock') this.clocks.push(clockWasSet(epoch, entry));
      if (entry.kind === 'tap' || entry.kind === 'hand') this.sessions.add(entry.session ?? '');
      if (entry.kind === 'pack') this.sessions.add(`${entry.event}/${entry.session}`);
      yield signed;
    }
    this.sessions.delete('');
  }
}

interface SeenLog {
  readonly epoch: number;
  readonly size: number;
  readonly root: Buffer;
  readonly countersigned: string | null;
}

function seenLogs(store: Store, gate: GateRow): Promise<SeenLog[]> {
  return store.db
    .selectFrom('gate_logs')
    .select(['epoch', 'size', 'root', 'countersigned'])
    .where('gate_id', '=', gate.id)
    .orderBy('epoch')
    .execute();
}

/** The gate's newest checkpoint of each log in which nothing is wrong, with the service's signature. */
async function countersign(
  { listSigner }: JournalTaker,
  logs: readonly HandedOverLog[],
  report: JournalReport,
  gate: GateRow,
  seen: readonly SeenLog[],
): Promise<Map<number, string>> {
  const notes = new Map<number, string>();
  for (const log of logs) {
    const newest = report.logs.find(({ epoch }) => epoch === log.epoch)?.newest;
    if (newest === undefined || !holds(report, log.epoch)) continue;
    const known = seen.find(({ epoch }) => epoch === log.epoch);
    if (known?.countersigned != null && known.size === newest.size && same(known.root, newest.root)) {
      notes.set(log.epoch, known.countersigned);
      continue;
    }
    const note = log.notes.find((each) => isOf(each, newest, gate));
    if (note !== undefined) notes.set(log.epoch, await countersignNote(note, countersignerName, listSigner));
  }
  return notes;
}

/** Whether a log is whole and as it was; a clock that went back, or a log missing before it, does not change that. */
function holds({ findings }: JournalReport, epoch: number): boolean {
  return findings.every(({ code, epoch: of }) => of !== epoch || code === 'clock-back' || code === 'log-gap');
}

function isOf(note: string, { size, root }: Checkpoint, gate: GateRow): boolean {
  try {
    const claimed = claimedCheckpoint(note);
    if (claimed.size !== size || !same(claimed.root, root)) return false;
    openCheckpoint(note, [gate.identity_key]);
    return true;
  } catch {
    return false;
  }
}

/** Holds the gate to what was seen: a longer log that continues it takes its place, and nothing else does. */
async function rememberLog(
  tables: Work,
  gate: GateRow,
  { epoch, newest }: LogReport,
  report: JournalReport,
  note: string | undefined,
  now: number,
): Promise<void> {
  if (newest === undefined) return;
  const known = await tables
    .selectFrom('gate_logs')
    .select(['size', 'countersigned'])
    .where('gate_id', '=', gate.id)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  const columns = {
    size: newest.size,
    root: Buffer.from(newest.root),
    countersigned: note ?? null,
    seen_at: now,
  };
  if (known === undefined) {
    await tables
      .insertInto('gate_logs')
      .values({ gate_id: gate.id, epoch, ...columns })
      .execute();
  } else if (holds(report, epoch) && newest.size > known.size) {
    await tables
      .updateTable('gate_logs')
      .set(columns)
      .where('gate_id', '=', gate.id)
      .where('epoch', '=', epoch)
      .execute();
  }
}
