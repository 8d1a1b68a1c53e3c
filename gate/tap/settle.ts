import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { Credential } from '../decide/credential.ts';
import { decide } from '../decide/decide.ts';
import type { Lane, Rules } from '../decide/rules.ts';
import type { Found } from '../decide/ticket.ts';
import type { Verdict } from '../decide/verdict.ts';
import { visitsNeeded } from '../decide/visits.ts';
import type { EntryContent } from '../journal-format/entry.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import type { Journal } from '../journal/journal.ts';

/** What a card came to, and all by which it is decided. */
export interface Unsettled {
  readonly credential: Credential;
  readonly found: Found;
  readonly session: string;
  readonly lane: Lane;
  readonly rules: Rules;
  readonly at: number;
}

/**
 * Decides and writes down, in one go: nothing is awaited between the question and its answer, so two readers
 * of one gate cannot let the same ticket in twice. What is answered is on disk; where it cannot be written
 * down, nobody is let in.
 */
export function settle(asked: Unsettled, journal: Pick<Journal, 'admissionsOf' | 'record'>): Verdict {
  const { credential, found, session, lane, rules, at } = asked;
  const record = recordIn(found);
  try {
    const admissions = journal.admissionsOf({
      session,
      ...(credential.kind === 'genuine' ? { tag: credential.tag } : {}),
      ...(record === undefined ? {} : { ticket: record.ticket }),
      ...(record?.party === undefined ? {} : { party: record.party.id }),
      ...(rules.visitLimits === undefined ? {} : { visits: visitsNeeded(rules.visitLimits, at) }),
    });
    const verdict = decide({ credential, record: found, admissions, rules, lane, now: at });
    journal.record(entryOf(verdict, asked));
    return verdict;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const missing = error.code === 'clock-behind' ? 'clock' : 'disk';
    return { name: 'out-of-order', missing: [missing], code: error.code, reason: error.message };
  }
}

function recordIn(found: Found): EntryRecord | undefined {
  return typeof found === 'object' && 'ticket' in found ? found : undefined;
}

/** A tap as the journal keeps it: of the card its tag alone, and of the ticket what later questions need. */
function entryOf(verdict: Verdict, { credential, found, session, lane, at }: Unsettled): EntryContent {
  const record = recordIn(found);
  const admitted = verdict.name === 'admitted' ? verdict : undefined;
  return {
    kind: 'tap',
    at,
    session,
    verdict: verdict.name,
    direction: lane.direction,
    ...(admitted?.repeat === true ? { repeat: true } : {}),
    ...('code' in verdict ? { code: verdict.code } : {}),
    ...(credential.kind === 'genuine' ? { tag: Uint8Array.from(credential.tag) } : {}),
    ...(record === undefined ? {} : { ticket: record.ticket, category: record.category }),
    ...(record?.party === undefined ? {} : { party: record.party }),
    ...(record?.flags?.includes('needs-adult') === true ? { needsAdult: true } : {}),
    ...(admitted !== undefined && admitted.people > 1 ? { people: admitted.people } : {}),
  };
}
