import { beforeAll, describe, expect, it } from 'vitest';
import type { Hostility } from '../../test/card/hostile-card.ts';
import { cardKinds, hostileKinds, type CardKindName } from '../../test/card/kinds.ts';
import { twoFacedCard } from '../../test/card/two-faced-card.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import { CardSandbox, type Outcome } from '../../test/gate-card/card-sandbox.ts';
import { deafCard } from '../../test/gate-card/meddled-card.ts';
import type { CommandTiming } from './card-session.ts';

let sandbox: CardSandbox;

beforeAll(async () => {
  sandbox = await CardSandbox.create();
});

describe('the kinds of cards', () => {
  const expected: Partial<Record<CardKindName, Outcome>> = {
    cloned: 'signed by another key',
    'wrong-signature': 'signed by another key',
    'old-resident-card': 'no-certificate',
    foreign: 'not-a-my-number-card',
    torn: 'card-left',
  };

  it.each(Object.keys(cardKinds) as CardKindName[])('%s', async (name) => {
    const kind = cardKinds[name];
    expect(await sandbox.outcome(sandbox.card(kind), kind.profile)).toBe(expected[name] ?? 'signed');
  });

  it('an old card is told also where it does not know challenges', async () => {
    const old = sandbox.card(cardKinds['old-resident-card']);
    const card: VirtualCard = {
      ...deafCard(old, () => false),
      transmit: (command) => (command[1] === 0x84 ? Uint8Array.of(0x6d, 0x00) : old.transmit(command)),
    };
    expect(await sandbox.outcome(card)).toBe('no-certificate');
  });

  it('a card without challenges and with a certificate refuses the proof', async () => {
    const inner = sandbox.card(cardKinds.ordinary);
    const card: VirtualCard = {
      ...deafCard(inner, () => false),
      transmit: (command) => (command[1] === 0x84 ? Uint8Array.of(0x6d, 0x00) : inner.transmit(command)),
    };
    expect(await sandbox.outcome(card)).toBe('proof-refused');
  });

  it.each([0x00, 0xff])('a card whose certificate file is blank (%i) has no certificate', async (blank) => {
    const inner = sandbox.card(cardKinds.ordinary);
    const card: VirtualCard = {
      ...deafCard(inner, () => false),
      transmit(command) {
        const answer = inner.transmit(command);
        if (command[1] === 0xb0 && answer !== undefined) answer.fill(blank, 0, -2);
        return answer;
      },
    };
    expect(await sandbox.outcome(card)).toBe('no-certificate');
  });
});

describe('hostile cards', () => {
  const other: Partial<Record<Hostility, Outcome>> = {
    'answers of no bytes': 'card-left',
    'answers of one byte': 'card-left',
    'signature of zeros': 'signed by another key',
  };

  it.each(hostileKinds)('are found out: $hostility', async ({ hostility, kind }) => {
    expect(await sandbox.outcome(sandbox.card(kind), kind.profile)).toBe(other[hostility] ?? 'unreadable');
  });

  it('are asked a bounded number of times, whatever they answer', async () => {
    for (const { kind } of hostileKinds) {
      const told: CommandTiming[] = [];
      await sandbox.outcome(sandbox.card(kind), kind.profile, {
        onCommand: (timing) => void told.push(timing),
      });
      expect(told.length).toBeLessThanOrEqual(20);
    }
  });

  it('cannot show one head to the look-up and another certificate to the check', async () => {
    const victim = sandbox.holder(cardKinds.child).authentication.certificate;
    const card = twoFacedCard(sandbox.card(cardKinds.ordinary), victim);
    let looked: Uint8Array | undefined;
    const presented = await sandbox.present(card, 'jpki-rsa', {
      onHead: (head) => {
        looked = head.serial;
        return Promise.resolve(undefined);
      },
    });
    const shown = Buffer.from(presented.certificate ?? []).subarray(0, 256);
    expect(shown).toEqual(Buffer.from(victim.subarray(0, 256)));
    expect(presented.head.serial).toBe(looked);
  });

  it('cannot change the certificate while it is read', async () => {
    const inner = sandbox.card(cardKinds.ordinary);
    const card: VirtualCard = {
      ...deafCard(inner, () => false),
      transmit(command) {
        const answer = inner.transmit(command);
        const again = command[1] === 0xb0 && command[3] === 0xff;
        if (again && answer !== undefined) answer[0] = (answer[0] ?? 0) ^ 1;
        return answer;
      },
    };
    expect(await sandbox.outcome(card)).toBe('unreadable');
  });
});
