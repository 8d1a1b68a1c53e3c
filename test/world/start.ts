// `npm start [-- --reset]`: a sandbox world, a gate in it, and virtual cards to hold over the gate.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { presentLine } from './present-line.ts';
import { startSandbox } from './sandbox.ts';
import type { Visitor } from './visitors.ts';
import { gateName } from './world.ts';

const folder = join(process.cwd(), 'state', 'sandbox');
/** The visitors who have entered: they know it themselves, and come no second time unless asked to. */
const cameFile = join(folder, 'came.json');

const unknown = process.argv.slice(2).filter((argument) => argument !== '--reset');
if (unknown.length > 0) {
  console.error(`There is no option ${unknown.join(' ')}: npm start takes --reset alone.`);
  process.exit(2);
}
if (process.argv.includes('--reset')) rmSync(folder, { recursive: true, force: true });

const sandbox = await startSandbox({
  folder,
  // With those whom it issues cards to, 500 seats in all.
  absent: 468,
  say: (text) => {
    console.log(text);
  },
});
const { lane } = sandbox;
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.abort();
  });
}
console.log(`Gate ${gateName} is open: no PIN, no internet.`);
console.log(`\n  Open ${sandbox.url} in a browser: cards to hold, and what the gate does with them.\n`);

try {
  for (const visitor of firstThree()) await hold(visitor);
  await offerMenu();
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
} finally {
  console.log('\nClosing the gate; its journal is signed.');
  await sandbox.close();
}

/** A first look at what a gate does: someone with a ticket, a clone, and someone without a ticket. */
function firstThree(): Visitor[] {
  const came = new Set(whoCame());
  const next = lane.visitors.find(({ kind, label }) => kind === 'ordinary' && !came.has(label));
  const others = ['cloned card', 'no ticket'].map((label) =>
    lane.visitors.find((visitor) => visitor.label === label),
  );
  return [next, ...others].filter((visitor) => visitor !== undefined);
}

/** Holds a visitor's card over the gate until the light goes on. */
async function hold(visitor: Visitor): Promise<void> {
  interrupted.signal.throwIfAborted();
  const { line } = await lane.hold(visitor.label);
  console.log(presentLine(visitor.label, line));
  if (line.verdict === 'admitted') writeFileSync(cameFile, JSON.stringify([...whoCame(), visitor.label]));
}

function whoCame(): string[] {
  return existsSync(cameFile) ? (JSON.parse(readFileSync(cameFile, 'utf8')) as string[]) : [];
}

/** Lets whoever sits at the terminal hold cards; without a terminal the gate stays open until it is stopped. */
async function offerMenu(): Promise<void> {
  if (!process.stdin.isTTY) {
    console.log('\nThe gate stays open; Ctrl-C (SIGINT) ends it.');
    await new Promise((resolve) => {
      interrupted.signal.addEventListener('abort', resolve, { once: true });
    });
    return;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  terminal.on('SIGINT', () => {
    interrupted.abort();
  });
  try {
    console.log(`\n${lane.visitors.map(({ label }, index) => `  ${index + 1}. ${label}`).join('\n')}`);
    for (;;) {
      const answer = await terminal.question('\nHold which card over the gate? (number, q to end) ', {
        signal: interrupted.signal,
      });
      if (answer.trim() === 'q') return;
      const visitor = lane.visitors[Number(answer) - 1];
      if (visitor === undefined)
        console.log(`There is no card ${answer}: type 1 to ${lane.visitors.length}, or q.`);
      else await hold(visitor);
    }
  } finally {
    terminal.close();
  }
}
