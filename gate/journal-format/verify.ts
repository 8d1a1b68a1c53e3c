import type { NoteKey } from '../../hsm/seal/signed-note.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Finding, JournalReport, LogReport } from './finding.ts';
import { malformed } from './handed-over.ts';
import { readHandedOver } from './read-handed-over.ts';
import { ReadLog } from './read-log.ts';
import { signedClaims, type Claim } from './signed-claims.ts';

export interface VerifyOptions {
  /** The gate's identity keys, points of 65 bytes. Without any, signatures are not looked at. */
  readonly keys?: readonly Uint8Array[];
  /** Receivers whose countersignatures are looked at. */
  readonly countersigners?: readonly NoteKey[];
  /** Checkpoints that were seen before: what they cover must still be there, unchanged. */
  readonly previous?: readonly Checkpoint[];
}

/**
 * Verifies a journal that was handed over: that every entry is there, as it was written and where it was
 * written, as far as signatures and what was seen before reach. Answers all that is wrong. Throws a
 * `JournalError` only where the file is not a journal at all.
 *
 * What it cannot show: entries after the last checkpoint that someone else holds. A gate that is in wrong
 * hands with its key can leave those out before it signs.
 *
 * @example
 * const report = verifyJournal(file, { keys: [gateKey], previous: [lastSeen] });
 * if (report.findings.length > 0) openCase(report);
 */
export function verifyJournal(file: Uint8Array, options: VerifyOptions = {}): JournalReport {
  const logs = readHandedOver(file).map((log) => new ReadLog(log));
  const [first] = logs;
  if (first === undefined) throw malformed('it has no log');
  const previous = options.previous ?? [];
  const findings: Finding[] = [];
  const read = logs.map((log) => ({ log, ...signedClaims(log, options) }));
  const reports = read.map(({ log, claims, findings: ofSignatures }, index): LogReport => {
    const successor = read[index + 1];
    const link = successor?.log.start?.previous;
    const linked = link?.epoch === log.epoch ? link : undefined;
    const all = [...log.ownClaims, ...claims, ...seenBefore(log, previous)];
    log.workOutRoots([...all, ...(linked === undefined ? [] : [linked])].map(({ size }) => size));
    findings.push(...log.findings, ...ofSignatures, ...unlinked(log, logs[index - 1]));
    findings.push(...checkClaims(log, all), ...checkLink(log, linked));
    // What a signed successor says of this log's end is signed with it.
    const isSigned = successor?.claims.some((claim) => claim.size > 0 && successor.log.holds(claim)) === true;
    return report(log, linked !== undefined && isSigned ? [...claims, { ...linked, by: 'signed' }] : claims);
  });
  findings.push(...missingLogs(logs, previous));
  return {
    gate: first.gate,
    logs: reports,
    findings: dedupe(findings),
    signaturesChecked: options.keys !== undefined,
  };
}

/** What the receiver saw of this log before. */
function seenBefore({ gate, epoch }: ReadLog, previous: readonly Checkpoint[]): Claim[] {
  return previous
    .filter((each) => each.gate === gate && each.epoch === epoch)
    .map(({ size, root }) => ({ size, root, by: 'seen-before' }));
}

/** What was signed, or seen before, against what is there. */
function checkClaims(log: ReadLog, unsorted: readonly Claim[]): Finding[] {
  const { epoch } = log;
  const claims = unsorted.toSorted((a, b) => a.size - b.size);
  const holding = claims.filter((claim) => log.holds(claim));
  const findings: Finding[] = [];
  for (const claim of claims) {
    if (claim.size > log.length) {
      findings.push({
        code: 'tail-cut',
        epoch,
        number: log.length,
        sentence: `Log ${epoch} ends after ${log.length} entries, but ${claim.size} were ${said[claim.by]}: its tail was cut off.`,
      });
    } else if (claim.size <= log.unbroken && !log.holds(claim)) {
      const isFork =
        claim.by !== 'entry' && holding.some(({ by, size }) => by === 'signed' && size >= claim.size);
      const from = Math.max(0, ...holding.filter(({ size }) => size < claim.size).map(({ size }) => size));
      findings.push(isFork ? fork(epoch, claim.size) : changed(epoch, from, claim.size));
    }
  }
  return findings;
}

const said = { signed: 'signed', 'seen-before': 'seen before', entry: 'written down as signed' } as const;

function fork(epoch: number, size: number): Finding {
  return {
    code: 'fork',
    epoch,
    number: size,
    sentence: `Log ${epoch} has two histories of its first ${size} entries: the gate's database was copied or set back, and both went on.`,
  };
}

function changed(epoch: number, from: number, to: number): Finding {
  const which = to - from === 1 ? `Entry ${from}` : `One of the entries ${from} to ${to - 1}`;
  return {
    code: 'entry-changed',
    epoch,
    number: from,
    sentence: `${which} of log ${epoch} is not what it was when it was signed.`,
  };
}

/** What the next log says of this one. */
function checkLink(log: ReadLog, link: { readonly size: number; readonly root: Uint8Array } | undefined) {
  const { epoch } = log;
  const findings: Finding[] = [];
  if (link === undefined) return findings;
  if (log.length < link.size) {
    const sentence = `Log ${epoch} ends after ${log.length} entries, but had ${link.size} when the next log began: its tail was cut off.`;
    findings.push({ code: 'tail-cut', epoch, number: log.length, sentence });
  } else if (log.length > link.size) {
    const sentence = `Log ${epoch} had ${link.size} entries when the next log began, and has ${log.length} now: it went on beside its successor.`;
    findings.push({ code: 'fork', epoch, number: link.size, sentence });
  } else if (log.unbroken === link.size && !log.holds({ ...link, by: 'entry' })) {
    findings.push(changed(epoch, 0, link.size));
  }
  return findings;
}

/** A log whose predecessor is not the one before it in the file. */
function unlinked(log: ReadLog, before: ReadLog | undefined): Finding[] {
  const named = log.start?.previous?.epoch;
  // Only a gate's first log has none before it.
  if (log.start === undefined || named === before?.epoch) {
    if (named !== undefined || log.epoch === 1 || log.start === undefined) return [];
  }
  const which = named === undefined ? 'what came before it' : `log ${named}, which came before it`;
  return [
    {
      code: 'log-gap',
      epoch: log.epoch,
      sentence: `Log ${log.epoch} does not follow from the log before it in the file: ${which} is missing.`,
    },
  ];
}

function missingLogs(logs: readonly ReadLog[], previous: readonly Checkpoint[]): Finding[] {
  const [first] = logs;
  return previous
    .filter((seen) => seen.gate === first?.gate && logs.every(({ epoch }) => epoch !== seen.epoch))
    .map(({ epoch, size }) => ({
      code: 'log-gap',
      epoch,
      sentence: `Log ${epoch}, of which ${size} entries were seen before, is missing.`,
    }));
}

function report(log: ReadLog, claims: readonly Claim[]): LogReport {
  const good = claims.filter((claim) => claim.size <= log.unbroken && log.holds(claim));
  const newest = good.reduce<Claim | undefined>(
    (best, claim) => (best === undefined || claim.size > best.size ? claim : best),
    undefined,
  );
  const { gate, epoch, length } = log;
  return {
    epoch,
    entries: length,
    signed: newest?.size ?? 0,
    ...(newest === undefined ? {} : { newest: { gate, epoch, size: newest.size, root: newest.root } }),
  };
}

/** Several checkpoints that show the same thing are one finding. */
function dedupe(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, epoch, number }) => {
    const key = `${code} ${epoch} ${number ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
