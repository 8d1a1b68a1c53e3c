import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signRequest } from '../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { bindHash, sellParty } from '../../test/box-office/box-office.ts';
import { openCardHouse, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { group } from '../../test/lists/enrol-in-store.ts';
import { ListScene } from '../../test/lists/list-scene.ts';
import { askRooms, type Answer } from '../../test/ticketing/ask-room.ts';
import { gatePaths, offeredPacks } from '../gate-api/messages.ts';
import type { Role } from '../http/actor.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { exportJob } from './exports.ts';
import { listRoutes } from './list-routes.ts';
import { packRoutes } from './pack-routes.ts';
import { tableRoutes } from './table-routes.ts';

let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(async () => {
  await house.close();
});

/** The routes of lists over a session with tickets, and a gate that signs what it asks. */
async function openRoutes(store: Store) {
  const scene = await ListScene.open(store, house);
  const { maker, session } = scene;
  const { now } = maker;
  const [south, { tickets }] = [softwareSigner(), await sellParty(store, session, { tickets: 3 })];
  const { id: gate } = await scene.addGate('south', south);
  const ask = askRooms(store, [listRoutes(maker), packRoutes({ store, now }), tableRoutes({ store, now })], {
    now,
  });
  const as = (role: Role, organisation = session.organisation) => ({ person: 'p1', organisation, role });
  const path = `/api/sessions/${session.session}`;
  const askExport = (body: object, role: Role = 'organiser', of = session.organisation): Promise<Answer> =>
    ask(`POST ${path}/list-exports`, {
      as: as(role, of),
      body,
      headers: { 'idempotency-key': `list-routes-${newId()}` },
    });
  /** As a gate's own program asks. */
  const asGate = async (of: string, headers = {}, signer: Signer = south): Promise<Answer> => {
    const signed = await signRequest({ method: 'GET', url: `http://localhost${of}` }, signer, { now: now() });
    return ask(`GET ${of}`, { headers: { ...signed, ...headers } });
  };
  const exported = async (): Promise<void> => {
    expect(await askExport({ gateGroup: group })).toMatchObject({ status: 201, body: { state: 'waiting' } });
    // The cards here are hashes alone, of which no authority knows; exports.test.ts has those that are asked about.
    const checks = { session: () => Promise.resolve() };
    await new JobRunner({ store, kinds: [exportJob(maker, checks)], now }).runDue();
  };
  return { scene, tickets, gate, ask, as, path, askExport, asGate, exported };
}

describeEachDatabase('the routes of entry lists', (database) => {
  it('export in the background, and let people and gates have the same file', async () => {
    const store = await database.newStore();
    const { ask, as, path, askExport, asGate, exported } = await openRoutes(store);
    const asked = await askExport({ gateGroup: group });
    const { id } = asked.body as { id: string };
    expect(asked.headers.get('location')).toBe(`/api/list-exports/${id}`);
    await exported();
    const shown = await ask(`GET /api/list-exports/${id}`, { as: as('auditor') });
    expect(shown.body).toMatchObject({ state: 'done', done: 3, total: 3, askedBy: 'p1' });

    const [offered] = offeredPacks.parse((await asGate(gatePaths.packs)).body).packs;
    const fetched = await asGate(`${gatePaths.packs}/${offered?.digest ?? ''}`);
    expect(fetched.headers.get('content-length')).toBe(String(offered?.bytes));
    const versions = await ask(`GET ${path}/entry-lists`, { as: as('auditor') });
    const { items } = versions.body as { items: { id: string; digest: string; gates: object[] }[] };
    expect(items).toMatchObject([
      { kind: 'full', entries: 3, digest: offered?.digest, gates: [{ gate: 'north' }, { gate: 'south' }] },
    ]);
    expect(items[0]?.gates).toEqual([
      { gate: 'north' },
      { gate: 'south', fetchedAt: expect.any(String) as string },
    ]);
    const download = await ask(`GET /api/entry-lists/${items[0]?.id ?? ''}/file`, { as: as('desk') });
    expect(download.headers.get('content-disposition')).toMatch(
      /^attachment; filename="entry-list-\d+\.pack"$/,
    );
    expect(download.body).toBe(fetched.body);
    const exports = await ask(`GET ${path}/list-exports?limit=1`, { as: as('auditor') });
    expect(exports.body).toMatchObject({
      items: [{ state: 'done', list: items[0]?.id }],
      next: expect.any(String) as string,
    });
    const acts = await store.db.selectFrom('audit').select('act').orderBy('id').execute();
    expect(acts.map(({ act }) => act)).toEqual(['lists.export', 'lists.download']);
  });

  it('offer a gate what its group is to admit by, until it is revoked', async () => {
    const store = await database.newStore();
    const { scene, tickets, gate, ask, asGate, exported } = await openRoutes(store);
    expect((await asGate(gatePaths.packs)).body).toEqual({ packs: [] });
    await exported();
    const first = await asGate(gatePaths.packs);
    const etag = first.headers.get('etag') ?? '';
    expect(await asGate(gatePaths.packs, { 'if-none-match': etag })).toMatchObject({ status: 304 });
    await bindHash(store, scene.session, tickets[0] ?? '');
    await scene.changed(tickets[0] ?? '');
    await exported();
    const { packs } = offeredPacks.parse((await asGate(gatePaths.packs, { 'if-none-match': etag })).body);
    expect(packs.map(({ kind }) => kind)).toEqual(['full', 'delta']);

    const unsigned = await ask(`GET ${gatePaths.packs}`);
    expect(unsigned).toMatchObject({ status: 401 });
    expect(await asGate(gatePaths.packs, {}, softwareSigner())).toMatchObject({ status: 401 });
    const unknown = createHash('sha256').digest('hex');
    expect(await asGate(`${gatePaths.packs}/${unknown}`)).toMatchObject({ status: 404 });
    const digest = packs[0]?.digest ?? '';
    await store.db.updateTable('gates').set({ gate_group: 'other' }).where('id', '=', gate).execute();
    expect((await asGate(gatePaths.packs)).body).toEqual({ packs: [] });
    expect(await asGate(`${gatePaths.packs}/${digest}`)).toMatchObject({ status: 404 });
    await store.db.updateTable('gates').set({ gate_group: group, state: 'revoked' }).execute();
    for (const path of [gatePaths.packs, `${gatePaths.packs}/${digest}`]) {
      expect(await asGate(path)).toMatchObject({ status: 403, body: { code: 'revoked' } });
    }
  });

  it('offer no gate a pack that is closed to it, nor one of a session that is over', async () => {
    const store = await database.newStore();
    const { scene, asGate, exported } = await openRoutes(store);
    await exported();
    const late = softwareSigner();
    await scene.addGate('late', late);
    expect((await asGate(gatePaths.packs, {}, late)).body).toEqual({ packs: [] });
    await exported();
    const { packs } = offeredPacks.parse((await asGate(gatePaths.packs, {}, late)).body);
    expect(packs.map(({ kind }) => kind)).toEqual(['full']);
    await store.db.updateTable('sessions').set({ valid_until: scene.now }).execute();
    expect((await asGate(gatePaths.packs, {}, late)).body).toEqual({ packs: [] });
  });

  it('are not for the wrong role, and know nothing of another organisation’s', async () => {
    const store = await database.newStore();
    const { scene, ask, as, path, askExport, exported } = await openRoutes(store);
    await exported();
    const [version] = await scene.versions();
    const [asked] = await store.db.selectFrom('list_exports').select('id').execute();
    for (const role of ['desk', 'auditor'] as const) {
      expect(await askExport({ gateGroup: group }, role)).toMatchObject({ status: 403 });
    }
    const file = `/api/entry-lists/${version?.id ?? ''}/file`;
    expect(await ask(`GET ${file}`, { as: as('auditor') })).toMatchObject({ status: 403 });
    expect(await askExport({ gateGroup: group }, 'owner', newId())).toMatchObject({ status: 404 });
    for (const each of [
      file,
      `/api/list-exports/${asked?.id ?? ''}`,
      `${path}/list-exports`,
      `${path}/entry-lists`,
    ]) {
      expect(await ask(`GET ${each}`)).toMatchObject({ status: 401 });
      expect(await ask(`GET ${each}`, { as: as('owner', newId()) })).toMatchObject({ status: 404 });
    }
    expect(await askExport({ gateGroup: 'none' })).toMatchObject({ status: 409, body: { code: 'no-gates' } });
    expect(await askExport({ gateGroup: group, wanted: 'half' })).toMatchObject({ status: 400 });
  });

  it('let organisers take the tickets along as a table, without a hash', async () => {
    const store = await database.newStore();
    const { scene, tickets, ask, as, path } = await openRoutes(store);
    const { serialHash } = await bindHash(store, scene.session, tickets[1] ?? '');
    const bound = store.db
      .selectFrom('tickets')
      .select('number')
      .where('id', '=', tickets[1] ?? '');
    const { number } = await bound.executeTakeFirstOrThrow();
    const table = await ask(`GET ${path}/ticket-table?language=en`, { as: as('organiser') });
    expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const text = String(table.body);
    expect(text.split('\r\n')).toHaveLength(5);
    expect(text).toContain('","A-1","A","S","no",""');
    expect(text).toContain(`"${number}","A-2","A","S","yes","1970-01-01 09:00:00"`);
    expect(text).not.toContain(serialHash.toString('hex'));
    const book = await ask(`GET ${path}/ticket-table?format=xlsx`, { as: as('owner') });
    expect(String(book.body).startsWith('PK')).toBe(true);
    expect(await ask(`GET ${path}/ticket-table`, { as: as('auditor') })).toMatchObject({ status: 403 });
    expect(await ask(`GET ${path}/ticket-table`, { as: as('owner', newId()) })).toMatchObject({
      status: 404,
    });
  });
});
