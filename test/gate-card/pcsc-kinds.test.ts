// Each kind of card, through a real pcscd: what comes of it, and that the next card works at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tornCard } from '../card/faulty-card.ts';
import { cardKinds, hostileKinds, type CardKindName } from '../card/kinds.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import type { Outcome } from './card-sandbox.ts';
import { PcscLane } from './pcsc-lane.ts';
import type { ProfileName } from './software-terminal-key.ts';

const readers = 8;
let lane: PcscLane;

beforeAll(async () => {
  lane = await PcscLane.open(readers, 5);
});

afterAll(async () => {
  await lane.close();
});

interface Trial {
  readonly what: string;
  readonly profile: ProfileName;
  make(): VirtualCard;
}

/** What comes of each card, and of an ordinary one right after it; on all readers side by side. */
async function outcomes(trials: readonly Trial[]): Promise<Record<string, [Outcome, Outcome]>> {
  const found: Record<string, [Outcome, Outcome]> = {};
  const waiting = [...trials];
  const oneReader = async (_: unknown, reader: number): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      const first = await lane.tap(reader, trial.make(), trial.profile);
      await lane.pcscd.remove(reader);
      const second = await lane.tap(reader, lane.sandbox.card(cardKinds.ordinary));
      await lane.pcscd.remove(reader);
      found[trial.what] = [first, second];
    }
  };
  await Promise.all(Array.from({ length: readers }, oneReader));
  return found;
}

function expected(trials: readonly Trial[], outcomeOf: (what: string) => Outcome): Record<string, Outcome[]> {
  return Object.fromEntries(trials.map(({ what }) => [what, [outcomeOf(what), 'signed']]));
}

describe('through pcscd', () => {
  it('every kind of card has its one outcome', async () => {
    const trials = (Object.keys(cardKinds) as CardKindName[])
      .filter((name) => name !== 'torn')
      .map((name) => ({
        what: name,
        profile: cardKinds[name].profile,
        make: () => lane.sandbox.card(cardKinds[name]),
      }));
    const other: Record<string, Outcome> = {
      cloned: 'signed by another key',
      'wrong-signature': 'signed by another key',
      'old-resident-card': 'no-certificate',
      foreign: 'not-a-my-number-card',
    };
    expect(await outcomes(trials)).toEqual(expected(trials, (what) => other[what] ?? 'signed'));
  });

  it.each([
    ['ordinary', 'jpki-rsa'],
    ['eac-rsa', 'eac-rsa'],
    ['next-generation', 'eac-p384'],
  ] as const)('a card that leaves after any command is asked for again: %s', async (kind, profile) => {
    const { timings } = await lane.sandbox.present(lane.sandbox.card(cardKinds[kind]), profile);
    const trials = timings.map(({ name }, n) => ({
      what: `${n} before ${name}`,
      profile,
      make: () => tornCard(lane.sandbox.card(cardKinds[kind]), n),
    }));
    expect(await outcomes(trials)).toEqual(expected(trials, () => 'card-left'));
  });

  it('hostile cards are found out', async () => {
    const trials = hostileKinds.map(({ hostility, kind }) => ({
      what: hostility,
      profile: kind.profile,
      make: () => lane.sandbox.card(kind),
    }));
    const other: Record<string, Outcome> = {
      'answers of no bytes': 'card-left',
      'answers of one byte': 'card-left',
      'signature of zeros': 'signed by another key',
    };
    expect(await outcomes(trials)).toEqual(expected(trials, (what) => other[what] ?? 'unreadable'));
  });
});
