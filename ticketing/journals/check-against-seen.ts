import type { Checkpoint } from '../../gate/journal-format/checkpoint.ts';
import type { Finding, FindingCode, JournalReport } from '../../gate/journal-format/finding.ts';
import type { HandedOverLog } from '../../gate/journal-format/read-handed-over.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { firstDifference, type KeptLeaves } from './signed-entries.ts';

/** What was seen of a gate's journal before. */
export interface SeenBefore {
  /** The newest checkpoint of each log. */
  readonly checkpoints: readonly Checkpoint[];
  readonly leaves: (epoch: number) => KeptLeaves;
}

/**
 * Verifies a journal against what was seen of it before. A file that was made earlier than the newest one
 * seen, and comes later, is no finding: what it has is as it was, and nothing in it says that it had ended.
 */
export function checkAgainstSeen(
  file: Uint8Array,
  logs: readonly HandedOverLog[],
  key: Uint8Array,
  seen: SeenBefore,
): JournalReport {
  const last = logs.at(-1);
  const previous = seen.checkpoints.filter(
    ({ epoch, size }) =>
      last !== undefined && (epoch < last.epoch || (epoch === last.epoch && size <= last.entries.length)),
  );
  const report = verifyJournal(file, { keys: [key], previous });
  const parted = logs.flatMap((log) => otherHistory(log, seen, report));
  // Signatures show a fork by their own lengths; by where it parts, it is the same fork whichever history comes.
  const others = report.findings.filter(
    ({ code, epoch }) => code !== 'fork' || parted.every((fork) => fork.epoch !== epoch),
  );
  return { ...report, findings: withoutEchoes([...others, ...parted]) };
}

/** A log that has another signed entry at a place than the one that is kept. */
function otherHistory(log: HandedOverLog, seen: SeenBefore, report: JournalReport): Finding[] {
  const { epoch } = log;
  const number = firstDifference(log, seen.leaves(epoch));
  const signed = report.logs.find(({ epoch: of }) => of === epoch)?.signed ?? 0;
  // What is not signed proves nothing, and was found already.
  if (number === undefined || number >= signed) return [];
  const sentence = `Log ${epoch} has two histories from entry ${number} on: the gate's database was copied or set back, and both went on.`;
  return [{ code: 'fork', epoch, number, sentence }];
}

/**
 * Without what only follows from something else that was found in the same log: where there are two
 * histories, or entries are missing, changed or out of place, signatures over what was there do not hold
 * either; and what an entry that is not as it was written says of the time, means nothing.
 */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ code, epoch }) => {
    const told = echoes[code] ?? [];
    return findings.every((other) => other.epoch !== epoch || !told.includes(other.code));
  });
}

/** What each only follows from, where that was found as well. */
const echoes: Partial<Record<FindingCode, readonly FindingCode[]>> = {
  'entry-removed': ['fork'],
  'entry-reordered': ['fork', 'entry-removed'],
  'entry-changed': ['fork', 'entry-removed', 'entry-reordered', 'entry-unreadable'],
  'tail-cut': ['fork', 'entry-removed', 'entry-reordered', 'entry-unreadable', 'entry-changed'],
  'clock-back': ['entry-changed', 'entry-reordered', 'entry-unreadable'],
};
