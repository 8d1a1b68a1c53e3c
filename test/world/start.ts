// `npm start [-- --reset]`: a sandbox world, a gate in it, and virtual cards to hold over the gate.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { presentLine } from './present-line.ts';
import { startPrivatePcscd } from '../reader/private-pcscd.ts';
import { startGateProcess } from './gate-process.ts';
import type { Visitor } from './visitors.ts';
import { gateName, openWorld } from './world.ts';

const folder = join(process.cwd(), 'state', 'sandbox');
/** The visitors who have entered: they know it themselves, and come no second time unless asked to. */
const cameFile = join(folder, 'came.json');

const unknown = process.argv.slice(2).filter((argument) => argument !== '--reset');
if (unknown.length > 0) {
  console.error(`There is no option ${unknown.join(' ')}: npm start takes --reset alone.`);
  process.exit(2);
}
if (process.argv.includes('--reset')) rmSync(folder, { recursive: true, force: true });

const world = await openWorld({
  folder,
  say: (text) => {
    console.log(text);
  },
});
console.log('Starting a PC/SC service of our own with a virtual reader, and the gate.');
const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
const gate = await startGateProcess({
  config: world.config,
  environment: { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket },
});
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.abort();
  });
}
console.log(`Gate ${gateName} is open: no PIN, no internet.\n`);

try {
  for (const visitor of firstThree()) await hold(visitor);
  await offerMenu();
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
} finally {
  console.log('\nClosing the gate; its journal is signed.');
  await gate.stop();
  await pcscd.close();
}

/** A first look at what a gate does: someone with a ticket, a clone, and someone without a ticket. */
function firstThree(): Visitor[] {
  const came = new Set(whoCame());
  const next = world.visitors.find(({ kind, label }) => kind === 'ordinary' && !came.has(label));
  const others = ['cloned card', 'no ticket'].map((label) =>
    world.visitors.find((visitor) => visitor.label === label),
  );
  return [next, ...others].filter((visitor) => visitor !== undefined);
}

/** Holds a visitor's card over the gate until the light goes on. */
async function hold(visitor: Visitor): Promise<void> {
  interrupted.signal.throwIfAborted();
  const tapped = gate.nextTap();
  await Promise.all([pcscd.insert(0, visitor.card), tapped]);
  const line = await tapped;
  console.log(presentLine(visitor.label, line));
  if (line.verdict === 'admitted') writeFileSync(cameFile, JSON.stringify([...whoCame(), visitor.label]));
  await pcscd.remove(0);
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
    console.log(`\n${world.visitors.map(({ label }, index) => `  ${index + 1}. ${label}`).join('\n')}`);
    for (;;) {
      const answer = await terminal.question('\nHold which card over the gate? (number, q to end) ', {
        signal: interrupted.signal,
      });
      if (answer.trim() === 'q') return;
      const visitor = world.visitors[Number(answer) - 1];
      if (visitor === undefined)
        console.log(`There is no card ${answer}: type 1 to ${world.visitors.length}, or q.`);
      else await hold(visitor);
    }
  } finally {
    terminal.close();
  }
}
