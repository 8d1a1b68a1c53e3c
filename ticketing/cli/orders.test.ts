import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { setUpSession, type SetUpSession } from '../../test/box-office/box-office.ts';
import { migrate, openStore, type Store } from '../store/store.ts';
import { addOrderCommands } from './orders.ts';

const folder = mkdtempSync(join(tmpdir(), 'kazasu-orders-'));
const [config, file] = [join(folder, 'ticketing.json'), join(folder, 'guide.csv')];
let store: Store;
let setUp: SetUpSession;
let session: string;
let said: string;

beforeAll(async () => {
  const database = join(folder, 'store.sqlite');
  await migrate(database);
  store = await openStore(database);
  setUp = await setUpSession(store, { seats: 100_001 });
  const row = await store.db.selectFrom('sessions').select('name').executeTakeFirstOrThrow();
  session = row.name;
  writeFileSync(
    config,
    JSON.stringify({
      database,
      state: folder,
      pkcs11: { module: 'none', token: 'none' },
      authority: { url: 'http://127.0.0.1' },
    }),
  );
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  said = '';
  const heard = (text: string | Uint8Array): boolean => {
    said += text.toString();
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(heard);
  vi.spyOn(process.stderr, 'write').mockImplementation(heard);
});

async function run(...more: string[]): Promise<number> {
  const program = createProgram('kazasu-ticketing', '');
  addOrderCommands(program);
  const options = ['--config', config, '--event', setUp.eventName, '--guide', 'pia', ...more];
  return runProgram(program, ['--json', 'orders', 'import', file, ...options]);
}

describe('orders import', () => {
  it('takes 100,000 orders but for the wrong ones among them, each of which it names', async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => `o${at >> 1},t${at},${session},S,`);
    lines[4711] = `o,t4711,elsewhere,S,`;
    writeFileSync(file, ['order,ticket,session,category,seat', ...lines].join('\n'));
    expect(await run()).toBe(1);
    expect(said).toContain('"state":"refused","total":100000,"taken":0,"wrong":1,"report":[{"line":4713,');
    said = '';
    expect(await run('--good-ones'), said).toBe(0);
    expect(said).toContain('"state":"done","total":100000,"taken":99999,"wrong":1');
    const { count } = await store.db
      .selectFrom('tickets')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', 'valid')
      .executeTakeFirstOrThrow();
    expect(count).toBe(99_999);
  }, 300_000);

  it('names what it is without', async () => {
    expect(await run('--event', 'none')).toBe(1);
    expect(said).toContain('"error":"no-such-event"');
  });
});
