import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerdictName } from '../../gate/decide/verdict.ts';
import { tornCard } from '../card/faulty-card.ts';
import { twoFacedCard } from '../card/two-faced-card.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { openLane, visitorCalled, type Lane } from './lane.ts';

// Through real pcscd and SoftHSM: what a whole gate says to each card, and that the lane goes on after it.

let lane: Lane;
beforeAll(async () => {
  lane = await openLane({ crowd: 2, rules: { entry: 'freely' } });
});
afterAll(async () => {
  await lane.close();
});

const cardOf = (label: string): VirtualCard => visitorCalled(lane, label).card;

async function verdictOn(card: VirtualCard): Promise<VerdictName> {
  return (await lane.hold(card)).verdict.name;
}

/** The next in the lane has an ordinary card, and notices nothing of the one before. */
async function nextIsAdmitted(): Promise<void> {
  expect(await verdictOn(cardOf('visitor 1'))).toBe('admitted');
}

const kinds: readonly (readonly [string, VerdictName])[] = [
  ['no ticket', 'not-on-list'],
  ['cloned card', 'not-genuine'],
  ['wrongly signing card', 'not-genuine'],
  ['altered certificate', 'not-genuine'],
  ['child', 'admitted'],
  ['face card', 'admitted'],
  ['Android phone', 'admitted'],
  ['iPhone', 'admitted'],
  ['card of plain forms', 'admitted'],
  ['card of plain forms, by length', 'admitted'],
  ['slow card', 'admitted'],
  ['revoked card', 'revoked'],
  ['expired card', 'expired'],
  ['card of an unknown issuer', 'unknown-issuer'],
  ['old resident card', 'no-certificate'],
  ['another kind of card', 'not-a-my-number-card'],
  ['card held too shortly', 'hold-longer'],
];

describe('each kind of card has its one verdict', () => {
  it.each(kinds)('%s: %s', async (label, verdict) => {
    expect(await verdictOn(cardOf(label))).toBe(verdict);
    await nextIsAdmitted();
  });
});

describe('a card with two faces', () => {
  it('is not genuine where the look-up is led to the ticket of another', async () => {
    const victim = visitorCalled(lane, 'visitor 2').person.authentication.certificate;
    expect(await verdictOn(twoFacedCard(cardOf('no ticket'), victim))).toBe('not-genuine');
    await nextIsAdmitted();
  });
});

describe('a card that leaves before the gate is done', () => {
  it('is asked to be held longer, after whichever command it left, and nothing is admitted', async () => {
    const whole = await lane.hold(cardOf('visitor 1'));
    const commands = whole.times.commands.length;
    expect(commands).toBeGreaterThan(5);
    for (let answered = 0; answered < commands; answered += 1) {
      const { verdict } = await lane.hold(tornCard(cardOf('visitor 2'), answered));
      expect(verdict, `after ${answered} answers`).toMatchObject({
        name: 'hold-longer',
        because: 'left-early',
      });
      await nextIsAdmitted();
    }
    expect((await lane.hold(tornCard(cardOf('visitor 2'), commands))).verdict).toMatchObject({
      name: 'admitted',
      repeat: false,
    });
  });
});
