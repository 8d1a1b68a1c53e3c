import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../gate/config/config.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { Journal } from '../../gate/journal/journal.ts';
import { openGate, type Gate } from '../../gate/tap/open-gate.ts';
import { openHall, type Hall } from '../session/hall.ts';

// A clock that is wrong: the gate goes by one that the test sets.

const hour = 3_600_000;
const base = Date.now() + hour;
let now = base;
let hall: Hall;

beforeAll(async () => {
  hall = await openHall({ profile: 'eac-p384', crowd: 3, door: 'north', now: () => now, readers: 2 });
});
afterAll(() => {
  hall.remove();
});

async function hold(visitor: number): Promise<object> {
  const card = hall.world.visitors[visitor]?.card;
  if (card === undefined) throw new Error(`There is no visitor ${visitor}.`);
  let verdict: object = {};
  await hall.hold([{ card, reader: 0 }], (_, tapped) => {
    ({ verdict } = tapped);
  });
  return verdict;
}

function openAgain(at: number): Promise<Gate> {
  const config = readConfig(hall.world.config);
  return openGate({ config, pin: hall.world.tokens.pin(config.pkcs11.token), now: () => at });
}

describe('a clock that is moved', () => {
  it('back admits nobody, and forward again admits', async () => {
    expect(await hold(0)).toMatchObject({ name: 'admitted' });
    now = base - hour / 2;
    expect(await hold(1)).toMatchObject({ name: 'out-of-order', missing: ['clock'] });
    now = base + hour;
    expect(await hold(1)).toMatchObject({ name: 'admitted' });
    const { in: entered } = hall.gate.journal.counts(hall.gate.journalSession);
    expect(entered).toBe(2);
  });

  it('back while the gate was closed opens no gate; a supervisor may say that it was ahead before', async () => {
    await hall.close();
    await expect(openAgain(base)).rejects.toMatchObject({ code: 'clock-behind' });
    const config = readConfig(hall.world.config);
    const token = await hall.world.tokens.open(config.pkcs11.token);
    const signer = await openSigner(token, 'gate-identity');
    const file = join(config.state, 'journal.sqlite');
    const options = { file, gate: config.gate, signer, now: () => base, clockWasAhead: true };
    const journal = await Journal.open(options);
    expect(journal.newest(5).map(({ entry }) => entry.kind)).toContain('clock');
    await journal.close();
    token.close();
    await (await openAgain(base)).close();
  });

  it('before the pack was issued opens no gate', async () => {
    await expect(openAgain(base - 24 * hour)).rejects.toMatchObject({ code: 'not-yet-valid' });
  });
});
