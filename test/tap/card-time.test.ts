// `kazasu-gate card time`, on a real pcscd, with a gate's own HSM.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCardModel, parseCardModel } from '../../gate/card-model/card-model.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import { runGateCommand, type Ran } from '../world/run-gate-command.ts';
import { openWorld, type World } from '../world/world.ts';

let folder: string;
let world: World;
let pcscd: PrivatePcscd;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-time-'));
  world = await openWorld({ folder: join(folder, 'world'), crowd: 1 });
  pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
  const [visitor] = world.visitors;
  if (visitor === undefined) throw new Error('The world has no visitor.');
  await pcscd.insert(0, visitor.card);
});
afterAll(async () => {
  await pcscd.close();
  rmSync(folder, { recursive: true, force: true });
});

function time(...argv: string[]): Promise<Ran> {
  const environment = { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket };
  return runGateCommand(['card', 'time', ...argv], environment);
}

describe('card time', () => {
  it('measures what anyone may ask of a card, and writes it as a card model', async () => {
    const file = join(folder, 'free.json');
    const { status } = await time('--out', file, '--rounds', '3');
    expect(status).toBe(0);
    const model = parseCardModel(readFileSync(file, 'utf8'), file);
    expect(model.measured?.rounds).toBe(3);
    expect(model.unmeasured).toContain('sign');
  });

  it('measures the proof and the signature too, as the gate that it is configured for', async () => {
    const file = join(folder, 'all.json');
    const { status, out } = await time('--out', file, '--rounds', '3', '--config', world.config, '--json');
    expect(status).toBe(0);
    const model = loadCardModel(file);
    expect(model.unmeasured).toEqual(['activation', 'verify certificate']);
    expect(JSON.parse(out)).toEqual(model);
  });

  it('says that it waited for a card in vain', async () => {
    await pcscd.remove(0);
    const { status, out } = await time('--out', join(folder, 'none.json'), '--wait', '1', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: 'no-card' });
  });
});
