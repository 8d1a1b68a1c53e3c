import { join } from 'node:path';
import { CodedError } from '../../hsm/coded-error.ts';
import type { NoteKey } from '../../hsm/seal/signed-note.ts';
import { countersignerName, type JournalAnswer } from '../../ticketing/gate-api/messages.ts';
import type { GateConfig } from '../config/config.ts';
import { isSignedBy, claimedCheckpoint, shortForm } from '../journal-format/checkpoint.ts';
import { keepLateCountersignatures } from '../journal/countersignature.ts';
import { exportBesideTaps } from '../journal/export.ts';
import type { Journal } from '../journal/journal.ts';
import { logFailure, type Log } from '../log.ts';
import { readListKeys } from '../pack/list-keys.ts';
import { SyncError } from './sync-error.ts';
import type { TicketingClient } from './ticketing-client.ts';

/** What came of handing a journal over. */
export interface HandedOver {
  /** What the service found wrong in it. */
  readonly findings: JournalAnswer['findings'];
  /** The short form of the newest checkpoint of this journal that the service countersigned. */
  readonly countersigned?: string;
}

/**
 * Hands over the journal of a gate that is open, and keeps in it what comes back countersigned. It is read a
 * little at a time: no tap waits.
 */
export async function handOver(
  journal: Journal,
  client: TicketingClient,
  config: Pick<GateConfig, 'listKeys'>,
  log: Log,
): Promise<HandedOver> {
  const { file } = await journal.handOver();
  const answer = await client.handOver(file);
  return keep(answer, { config, log }, (note, by) => journal.keepCountersignature(note, by));
}

/** The same of one that is closed: its last checkpoint, which covers all of it, is countersigned too. */
export async function handOverClosed(
  own: Uint8Array,
  client: TicketingClient,
  config: Pick<GateConfig, 'listKeys' | 'state' | 'gate'>,
  log: Log,
): Promise<HandedOver> {
  const file = join(config.state, 'journal.sqlite');
  const answer = await client.handOver(await exportBesideTaps(file, config.gate));
  return keep(answer, { config, log }, (note, by) => {
    keepLateCountersignatures(file, [note], own, by);
  });
}

/** Keeps those countersignatures that a trusted key made over what this gate signed. */
function keep(
  { findings, countersigned }: JournalAnswer,
  { config, log }: { readonly config: Pick<GateConfig, 'listKeys'>; readonly log: Log },
  keepOne: (note: string, by: NoteKey) => unknown,
): HandedOver {
  const name = countersignerName;
  const keys = readListKeys(config.listKeys).map(({ publicKey }) => ({ name, publicKey }));
  let newest: string | undefined;
  for (const note of countersigned) {
    try {
      const by = keys.find((key) => isSignedBy(note, key));
      if (by === undefined) throw notTrusted();
      keepOne(note, by);
      newest = shortForm(claimedCheckpoint(note));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      logFailure(log, 'countersignature-refused', error);
    }
  }
  return { findings, ...(newest === undefined ? {} : { countersigned: newest }) };
}

function notTrusted(): SyncError {
  return new SyncError(
    'other-keys',
    'A countersignature is not by a key that is trusted here; it is not kept.',
  );
}
