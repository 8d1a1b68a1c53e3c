import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { importRoot } from '../../hsm/certificate/root.ts';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { verifyKey } from '../../hsm/seal/seal.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { HttpAuthority } from '../../hsm/validity/http-authority.ts';
import type { Person } from '../../test/authority/person.ts';
import { openingNight, sellParty } from '../../test/box-office/box-office.ts';
import { signedBy } from '../../test/box-office/card-house.ts';
import { ListScene } from '../../test/lists/list-scene.ts';
import { serviceOnSofthsm, type ServiceOnSofthsm } from '../../test/ticketing/service-on-softhsm.ts';
import { bindCard } from '../bindings/bind-card.ts';
import { CardVerifier } from '../bindings/card-verifier.ts';
import { openPack } from '../entry-list/open-pack.ts';
import { openServiceKeys, type ServiceKeys } from '../keys/service-keys.ts';
import { addEntryListCommands } from './entry-list.ts';

let running: ServiceOnSofthsm;
let token: Token;
let keys: ServiceKeys;
let scene: ListScene;
let name: string;
let said: string;

beforeAll(async () => {
  running = await serviceOnSofthsm();
  const { config, pin } = running;
  token = await openToken({ ...config.pkcs11, pin });
  keys = await openServiceKeys(token);
  scene = await ListScene.open(running.service.store, { keys });
  const { session } = await scene.store.db
    .selectFrom('sessions')
    .select('name as session')
    .executeTakeFirstOrThrow();
  name = `${scene.session.eventName}/${session}`;
  const { database, pkcs11, authority, state } = config;
  writeFileSync(fileIn('ticketing.json'), JSON.stringify({ database, pkcs11, authority, state }));
  vi.stubEnv('KAZASU_PIN', pin);
  vi.stubEnv('DATABASE_URL', undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  token.close();
  await running.close();
});
beforeEach(() => {
  said = '';
  const hear = (text: unknown): boolean => (said += String(text)) !== '';
  vi.spyOn(process.stdout, 'write').mockImplementation(hear);
  vi.spyOn(process.stderr, 'write').mockImplementation(hear);
  return () => {
    vi.restoreAllMocks();
  };
});

const fileIn = (file: string): string => join(running.config.state, file);

function run(...argv: string[]): Promise<0 | 1 | 2> {
  const program = createProgram('kazasu-ticketing', 'Test.').configureOutput({ writeErr: () => undefined });
  addEntryListCommands(program);
  return runProgram(program, ['entry-list', 'export', '--json', ...argv]);
}

const fromStore = (session: string, out: string, ...more: string[]): Promise<0 | 1 | 2> =>
  run('--config', fileIn('ticketing.json'), '--session', session, '--out', out, ...more);

/** Binds a person's card as a desk does; answers its hash. */
async function bind(ticket: string, person: Person): Promise<Uint8Array> {
  const [shown, at] = [{ ja: '公演', en: 'Show' }, new Date().toISOString()];
  const form = { format: 'kazasu/binding/v1', challenge: '00'.repeat(32), at, ticket } as const;
  const signed = signedBy(person, { ...form, event: shown, title: shown, startsAt: at });
  const verifier = new CardVerifier({
    keys,
    authority: new HttpAuthority({ url: running.config.authority.url }),
    roots: running.authority.rootCertificates('authentication').map(importRoot),
  });
  const card = await verifier.verify(scene.session.eventName, signed);
  const binding = { ticket, card, how: 'desk', medium: 'card', samePerson: false, now: Date.now() } as const;
  await scene.store.transaction((tables) => bindCard(tables, scene.store.kind, binding));
  return card.serialHash;
}

describe('exporting an entry list from the store', () => {
  it('writes the pack that gates open, then what changed, and keeps both', async () => {
    const { tickets } = await sellParty(scene.store, scene.session, { tickets: 2 });
    const [pack, delta] = [fileIn('first.pack'), fileIn('first.delta')];
    expect(await fromStore(name, pack)).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ session: name, gateGroup: 'main', kind: 'full', entries: 2 });
    const { list } = openPack(readFileSync(pack), {
      verifyKeys: [verifyKey(keys.listSigner.publicKey)],
      gateGroup: 'main',
      now: new Date(openingNight),
    });
    const person = running.authority.issuePerson({ withoutSignature: true });
    const serialHash = await bind(tickets[0] ?? '', person);
    said = '';
    expect(await fromStore(name, delta)).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ kind: 'delta', base: list.version });
    list.apply(readFileSync(delta));
    expect([list.count, list.find(serialHash)]).toMatchObject([2, { seat: 'A-1' }]);
    // A card that its holder lost since is asked about, and refused by the next version.
    running.authority.revoke(person.authentication.certificate, 'cessationOfOperation');
    const later = fileIn('second.delta');
    expect(await fromStore(name, later)).toBe(0);
    list.apply(readFileSync(later));
    expect(list.find(serialHash)).toBe('revoked');
    expect((await scene.versions()).map(({ kind }) => kind)).toEqual(['full', 'delta', 'delta']);
  });

  it('is refused with a sentence where there is no such session, or nobody to open it; nothing is written', async () => {
    const out = fileIn('none.pack');
    expect(await fromStore('no/such', out)).toBe(1);
    expect(said).toContain('"error":"no-such-session"');
    expect(await fromStore(name, out, '--group', 'annex')).toBe(1);
    expect(said).toContain('"error":"no-gates"');
    expect(existsSync(out)).toBe(false);
  });

  it('is wrong use with neither a store nor files', async () => {
    expect(await run('--session', 'session.json', '--out', 'x.pack')).toBe(2);
  });
});
