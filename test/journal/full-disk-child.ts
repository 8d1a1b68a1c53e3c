import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryContent } from '../../gate/journal-format/entry.ts';
import { JournalError } from '../../gate/journal-format/journal-error.ts';
import { Journal } from '../../gate/journal/journal.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { softwareSigner } from './software-signer.ts';

/** Runs on a disk of its own that is all but full: fills it, finds it full, frees some of it, goes on. */
const { JOURNAL_DISK: disk = '' } = process.env;
const ballast = join(disk, 'ballast');

async function run(): Promise<object> {
  writeFileSync(ballast, Buffer.alloc(600 * 1024));
  const signer = softwareSigner();
  const options = { file: join(disk, 'journal.sqlite'), gate: 'north-1', signer, now: Date.now };
  const journal = await Journal.open(options);
  let shown = 0;
  const tap = (): EntryContent => ({
    kind: 'tap',
    at: Date.now(),
    session: 's',
    verdict: 'admitted',
    direction: 'in',
    ticket: `T-${shown}`,
  });
  const attempt = (): string => {
    try {
      journal.record(tap());
      shown += 1;
      return 'shown';
    } catch (error) {
      return error instanceof JournalError ? error.code : String(error);
    }
  };
  let whenFull = attempt();
  while (whenFull === 'shown' && shown < 100_000) whenFull = attempt();
  const inWhenFull = journal.counts('s').in === shown;
  rmSync(ballast);
  const afterwards = attempt();
  const { file } = await journal.handOver();
  await journal.close();
  const again = await Journal.open(options);
  const agrees = again.counts('s').in === shown;
  await again.close();
  const { findings } = verifyJournal(file, { keys: [signer.publicKey] });
  return { shown: shown > 1, whenFull, inWhenFull, afterwards, agrees, findings };
}

void run().then((result) => {
  process.stdout.write(JSON.stringify(result));
});
