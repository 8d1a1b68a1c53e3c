import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../gate/config/config.ts';
import type { VerdictName } from '../../gate/decide/verdict.ts';
import { decodeEntry } from '../../gate/journal-format/entry.ts';
import { exportJournal } from '../../gate/journal/export.ts';
import { readJournal } from '../../gate/journal/read-journal.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { door, firstDay, issueCast, sessionRules, type Player } from './cast.ts';
import { openHall, type Hall, type Held } from './hall.ts';
import { Model, type Predicted } from './model.ts';
import { Seeded } from './seeded.ts';

// Three days at a door: 500 taps of 200 cards in random order, many at once, through real pcscd and SoftHSM.
// What the gate says is what a model says that was written from the design alone.

const taps = 500;
const [second, minute, hour] = [1000, 60_000, 3_600_000];

const start = firstDay(new Date(Date.now() + 2 * hour));
const rules = sessionRules(start);
let now = start + 9 * hour;
let hall: Hall;
let players: Player[] = [];

beforeAll(async () => {
  hall = await openHall({
    rules,
    door,
    now: () => now,
    issue: async (authority) => {
      players = await issueCast(authority, start);
      return players.map(({ visitor }) => visitor);
    },
  });
}, 180_000);
afterAll(() => {
  hall.remove();
});

interface Turn extends Held {
  readonly player: Player;
  readonly out: boolean;
}

interface Seen {
  readonly player: Player;
  readonly out: boolean;
  readonly at: number;
  readonly predicted: Predicted;
  readonly found: Predicted;
  readonly ticket: string | undefined;
}

/** Whose turn it is: at the exit mostly those who are inside, and now and then whoever came just before, or comes often. */
function nextTurns(random: Seeded, model: Model, before: readonly Player[], most: number): Turn[] {
  const chosen = new Set<Player>();
  const turns: Turn[] = [];
  const isInside = ({ known }: Player): boolean =>
    known.record !== undefined && model.isInside(known.record.ticket);
  const inside = players.filter(isInside);
  const regulars = players.slice(0, 25);
  const readers = [...hall.exitReaders, ...hall.entryReaders];
  for (const reader of readers.slice(0, most)) {
    const out = hall.exitReaders.includes(reader);
    const chance = random.below(100);
    const others = chance < 30 ? before : chance < 55 ? regulars : players;
    const from = out && random.happens(80) ? inside : others;
    const player = from.length === 0 ? undefined : random.one(from);
    if (player === undefined || chosen.has(player)) continue;
    chosen.add(player);
    turns.push({ player, out, reader, card: player.visitor.card });
  }
  return turns;
}

/** How long until the next: another go at once, a little later, or after a long pause. */
function pause(random: Seeded): number {
  const chance = random.below(100);
  if (chance < 25) return random.below(4) * second;
  if (chance < 65) return random.below(12) * minute;
  if (chance < 92) return random.below(5) * hour;
  return 9 * hour;
}

it(`a session of ${taps} taps of 200 cards ends with exactly the verdicts of the model, and with a journal that verifies`, async () => {
  const random = new Seeded(20_150_401);
  const model = new Model(rules, door);
  const seen: Seen[] = [];
  let before: Player[] = [];
  now = start + 9 * hour;
  while (seen.length < taps) {
    const turns = nextTurns(random, model, before, taps - seen.length);
    await hall.hold(turns, ({ player, out }, { verdict }) => {
      const predicted = model.tap(player.known, out, now);
      const repeat = verdict.name === 'admitted' && verdict.repeat;
      const ticket = 'ticket' in verdict ? verdict.ticket.number : undefined;
      seen.push({ player, out, at: now, predicted, found: { verdict: verdict.name, repeat }, ticket });
    });
    before = turns.map(({ player }) => player);
    now += pause(random);
  }

  expect(players.length).toBe(200);
  expect(seen.length).toBe(taps);
  const differ = seen.filter(
    ({ predicted, found }) => predicted.verdict !== found.verdict || predicted.repeat !== found.repeat,
  );
  expect(
    differ.map(({ player, at, ...rest }) => ({ ...rest, who: player.known.name, at: new Date(at) })),
  ).toEqual([]);
  for (const { player, found, ticket } of seen) {
    if (found.verdict === 'admitted') expect(ticket).toBe(player.known.record?.ticket);
  }
  const met = new Set(seen.map(({ found }) => found.verdict));
  expect([...expected].filter((verdict) => !met.has(verdict))).toEqual([]);
  expect(seen.filter(({ found }) => found.repeat).length).toBeGreaterThan(0);
  expect(seen.filter(({ out, found }) => out && found.verdict === 'admitted').length).toBeGreaterThan(0);
  const { in: entered, out, inside } = hall.gate.journal.counts(hall.gate.journalSession);
  expect({ in: entered, out, inside }).toEqual(model.counts());

  await hall.close();
  await expectJournalOf(seen);
}, 180_000);

/** Whoever comes to a door as the issue names them, and the rest that the cast can lead to. */
const expected: ReadonlySet<VerdictName> = new Set<VerdictName>([
  ...(['admitted', 'already-entered', 'wrong-gate', 'too-early', 'too-late', 'visit-limit'] as const),
  ...(['party-incomplete', 'needs-adult', 'not-on-list', 'revoked', 'expired', 'not-genuine'] as const),
  ...(['unknown-issuer', 'not-a-my-number-card'] as const),
]);

/** The journal verifies with the gate's key, and holds these taps in this order, and no others. */
async function expectJournalOf(seen: readonly Seen[]): Promise<void> {
  const config = readConfig(hall.world.config);
  const token = await hall.world.tokens.open(config.pkcs11.token);
  const { publicKey } = await openSigner(token, 'gate-identity');
  token.close();
  const [file, recorded] = readJournal(join(config.state, 'journal.sqlite'), (store) => [
    exportJournal(store, config.gate),
    [...store.entries()].map(({ bytes }) => decodeEntry(bytes)),
  ]);
  const { findings, logs, signaturesChecked } = verifyJournal(file, { keys: [publicKey] });
  expect(findings).toEqual([]);
  expect(signaturesChecked).toBe(true);
  expect(logs.map(({ entries, signed }) => entries - signed)).toEqual([0]);
  const inJournal = recorded.flatMap((entry) =>
    entry.kind === 'tap' ? [{ verdict: entry.verdict, at: entry.at, direction: entry.direction }] : [],
  );
  expect(inJournal).toEqual(
    seen.map(({ found, at, out }) => ({ verdict: found.verdict, at, direction: out ? 'out' : 'in' })),
  );
}
