import { beforeAll, describe, expect, it } from 'vitest';
import { CardSandbox, message } from '../../test/gate-card/card-sandbox.ts';
import { directCard } from '../../test/gate-card/direct-card.ts';
import { HeldTimer } from '../../test/gate-card/held-timer.ts';
import { cardKinds } from '../../test/card/kinds.ts';
import { loadCardProfile } from '../card/profile.ts';
import type { Card } from '../reader/reader.ts';
import { commandTime, loadCardModel, parseCardModel, type CardModel } from './card-model.ts';
import { measureCard } from './measure-card.ts';

const base = loadCardModel();
const profile = loadCardProfile('jpki-rsa');
const at = new Date('2026-11-21T09:00:00Z');
let sandbox: CardSandbox;
beforeAll(async () => {
  sandbox = await CardSandbox.create();
});

/** A card that takes its time as a model says, on a clock that only it moves. */
function timedCard(model: CardModel): { card: Card; timer: HeldTimer } {
  const timer = new HeldTimer();
  const plain = directCard(sandbox.card(cardKinds.ordinary));
  const card: Card = {
    async transmit(command) {
      const answer = await plain.transmit(command);
      timer.pass(commandTime(model, { command, received: answer.length }));
      return answer;
    },
  };
  return { card, timer };
}

/** A card other than the model, in everything that can be measured. */
const truth: CardModel = {
  ...base,
  air: { kilobitsPerSecond: [212], bitsPerByte: 10 },
  milliseconds: { activation: 40, perCommand: 9, otherCommand: 0 },
  commands: base.commands.map((command) => ({ ...command, milliseconds: command.milliseconds + 11 })),
};

describe('measuring a card', () => {
  it('with the terminal key finds what its air and each of its commands take', async () => {
    const { card, timer } = timedCard(truth);
    const terminal = { key: sandbox.terminalKey('jpki-rsa'), message: () => message };
    const model = await measureCard(card, { profile, base, rounds: 2, at, terminal, timer });
    expect(model.air.kilobitsPerSecond[0]).toBeCloseTo(212, 1);
    expect(model.milliseconds.perCommand).toBeCloseTo(9, 1);
    expect(model.milliseconds.otherCommand).toBeCloseTo(0, 1);
    for (const name of ['sign', 'external authenticate', 'load certificate block 2']) {
      const of = (model: CardModel) => model.commands.find((each) => each.name === name)?.milliseconds;
      expect(of(model), name).toBeCloseTo(of(truth) ?? Number.NaN, 1);
      expect(model.unmeasured).not.toContain(name);
    }
    expect(model.measured).toEqual({ at: at.toISOString(), rounds: 2 });
  });

  it('without it measures what anyone may ask, and names what stays the model’s', async () => {
    const { card, timer } = timedCard(truth);
    const model = await measureCard(card, { profile, base, rounds: 2, at, timer });
    expect(model.air.kilobitsPerSecond[0]).toBeCloseTo(212, 1);
    expect(model.unmeasured).toEqual(['activation', ...base.commands.map(({ name }) => name)]);
    expect(model.commands).toEqual(base.commands);
  });

  it('writes the same form as the model that ships', async () => {
    const { card, timer } = timedCard(truth);
    const model = await measureCard(card, { profile, base, rounds: 1, at, timer });
    expect(parseCardModel(JSON.stringify(model), 'measured.json')).toEqual(model);
  });

  it('says of another kind of card that there is nothing to measure', async () => {
    const card = directCard(sandbox.card(cardKinds.foreign));
    await expect(measureCard(card, { profile, base, rounds: 1, at })).rejects.toMatchObject({
      code: 'not-measured',
    });
  });
});
