import { createPrivateKey, sign } from 'node:crypto';
import { writeSync } from 'node:fs';
import { decide } from '../../gate/decide/decide.ts';
import { Journal } from '../../gate/journal/journal.ts';

/**
 * A gate's heart without its card reader: takes taps as fast as they are recorded, and says on stdout what
 * was shown, after it was recorded. It goes on until it is killed.
 */
const { JOURNAL_FILE: file = '', JOURNAL_KEY: pem = '', JOURNAL_PUBLIC: point = '' } = process.env;
const session = 'tour/evening';

/** Straight into the pipe: what was said is there even if the next instruction is the last. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function run(): Promise<void> {
  const key = createPrivateKey(pem);
  say({ starting: true });
  const journal = await Journal.open({
    file,
    gate: 'north-1',
    signer: {
      publicKey: Buffer.from(point, 'hex'),
      sign: (message) => Promise.resolve(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' })),
    },
    now: Date.now,
    checkpointEvery: 10,
    tell: ({ event }) => {
      say({ event });
    },
  });
  const counts = journal.counts(session);
  say({ open: journal.epoch, counts });
  const first = Math.max(0, counts.in - 3);
  for (let n = 0; ; n += 1) {
    // Each card comes twice, and the last few before the cut come again after it.
    const card = first + Math.floor(n / 2);
    const [tag, ticket] = [Buffer.alloc(16, `card ${card}`), `T-${card}`];
    const admissions = journal.admissionsOf({ session, tag, ticket });
    const now = Math.max(Date.now(), admissions.newest ?? 0);
    const verdict = decide({
      credential: { kind: 'genuine', tag },
      record: { ticket, category: 'adult' },
      admissions,
      rules: { entry: 'never-again' },
      lane: { gate: 'north-1', door: 'north', direction: 'in' },
      now,
    });
    const isRepeat = verdict.name === 'admitted' && verdict.repeat;
    const place = journal.record({
      kind: 'tap',
      at: now,
      session,
      verdict: verdict.name,
      direction: 'in',
      tag,
      ticket,
      ...(isRepeat ? { repeat: true } : {}),
    });
    say({ shown: verdict.name, isRepeat, ticket, ...place });
    if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

void run();
