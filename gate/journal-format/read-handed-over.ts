import { originOf, parseCheckpointText } from './checkpoint.ts';
import { malformed, records } from './handed-over.ts';

/** One log of a file, as it stands there: nothing of it is believed yet. */
export interface HandedOverLog {
  readonly gate: string;
  readonly epoch: number;
  readonly entries: { readonly leaf: Uint8Array; readonly bytes: Uint8Array }[];
  /** Signed notes, countersigned or not. */
  readonly notes: string[];
}

/** The logs of a file. Throws a `JournalError` where it is not a journal that was handed over. */
export function readHandedOver(file: Uint8Array): HandedOverLog[] {
  const logs: HandedOverLog[] = [];
  for (const { type, body } of records(file)) {
    if (type === 'log') {
      const next = begin(body);
      const before = logs.at(-1);
      if (before !== undefined && (before.gate !== next.gate || before.epoch >= next.epoch)) {
        throw malformed('its logs are not those of one gate, in order');
      }
      logs.push(next);
      continue;
    }
    const log = logs.at(-1);
    if (log === undefined) throw malformed('it has entries before a log begins');
    if (type !== 'entry') {
      log.notes.push(textOf(body));
    } else {
      if (body.length < 33) throw malformed('an entry in it is too short');
      log.entries.push({ leaf: body.subarray(0, 32), bytes: body.subarray(32) });
    }
  }
  return logs;
}

function begin(body: Uint8Array): HandedOverLog {
  const origin = textOf(body);
  // A checkpoint's text begins with the origin: the same reader takes both.
  const anyRoot = Buffer.alloc(32).toString('base64');
  try {
    const { gate, epoch } = parseCheckpointText(`${origin}\n0\n${anyRoot}\n`);
    if (originOf({ gate, epoch }) === origin) return { gate, epoch, entries: [], notes: [] };
  } catch {
    // Said below.
  }
  throw malformed('a log in it has no name of one');
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw malformed('a text in it is not UTF-8');
  }
}
