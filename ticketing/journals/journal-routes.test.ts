import { afterEach, expect, it } from 'vitest';
import { signRequest } from '../../hsm/http-signature/sign-request.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { openHallOverHttp, octets, type HallOverHttp } from '../../test/journals/hall-over-http.ts';
import { doorsAt } from '../../test/journals/hall.ts';
import { gatePaths, journalAnswer } from '../gate-api/messages.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';

const minute = 60_000;
const halls: HallOverHttp[] = [];
afterEach(async () => {
  for (const hall of halls.splice(0)) await hall.remove();
});

async function openHall(store: Store): Promise<HallOverHttp> {
  const hall = await openHallOverHttp(store);
  halls.push(hall);
  return hall;
}

describeEachDatabase('the routes of journals', (database) => {
  it('take a gate’s own journal, countersigned, and the same one again without a change', async () => {
    const store = await database.newStore();
    const { ask, as, north, handOver } = await openHall(store);
    await north.tap(doorsAt + minute, 'K-1');
    const file = await north.handOver();
    const first = await handOver(file, north.signer);
    expect(first.status).toBe(200);
    const { findings, countersigned } = journalAnswer.parse(first.body);
    expect([findings, countersigned.length]).toEqual([[], 1]);
    const kept = await store.db.selectFrom('journal_entries').selectAll().execute();
    expect((await handOver(file, north.signer)).body).toEqual(first.body);
    expect(await store.db.selectFrom('journal_entries').selectAll().execute()).toEqual(kept);
    const { body } = await ask('GET /api/journals', { as: as('auditor') });
    expect(body).toMatchObject({ items: [{ gate: 'north', epoch: 1, countersigned: true }], next: null });
  });

  it('believe no gate that did not sign, nor another gate’s journal, nor a body that was changed on its way', async () => {
    const { north, south, handOver, ask } = await openHall(await database.newStore());
    await north.tap(doorsAt + minute, 'K-1');
    const file = await north.handOver();
    expect(await ask(`POST ${gatePaths.journal}`, { body: file, headers: octets })).toMatchObject({
      status: 401,
    });
    expect(await handOver(file, softwareSigner())).toMatchObject({ status: 401 });
    expect(await handOver(file, south.signer)).toMatchObject({ status: 409, body: { code: 'other-gate' } });
    const url = `http://localhost${gatePaths.journal}`;
    const now = doorsAt + 60 * minute;
    const signed = await signRequest({ method: 'POST', url, body: file }, north.signer, { now });
    const changed = Uint8Array.from(file);
    changed[30] = (changed[30] ?? 0) ^ 1;
    const late = { body: changed, headers: { ...signed, ...octets } };
    expect(await ask(`POST ${gatePaths.journal}`, late)).toMatchObject({
      status: 401,
      body: { code: 'wrong-body' },
    });
  });

  it('take a journal that a person brings, keep that of a stranger for a case, and refuse what is none', async () => {
    const store = await database.newStore();
    const { north, bring, cases } = await openHall(store);
    await north.tap(doorsAt + minute, 'K-1');
    const file = await north.handOver();
    expect(await bring(Buffer.from('no journal'))).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    });
    expect(await bring(file)).toMatchObject({ status: 200, body: { gate: 'north', entries: 3 } });
    expect(await bring(file)).toMatchObject({ status: 200, body: { entries: 0 } });
    await store.db.updateTable('gates').set({ state: 'revoked', revoked_at: 1 }).execute();
    expect(await bring(file)).toMatchObject({ status: 409, body: { code: 'revoked-gate' } });
    expect(await cases()).toMatchObject([{ kind: 'journal-of-revoked-gate', state: 'open' }]);
    expect(await bring(file, '?evenIfRevoked=true')).toMatchObject({ status: 200 });
  });

  it('make one case of a double entry across two gates, which a person works to its end', async () => {
    const { session, ask, as, north, south, handOver, cases } = await openHall(await database.newStore());
    await north.tap(doorsAt + 5 * minute, 'K-1');
    await south.tap(doorsAt + 9 * minute, 'K-1');
    for (const gate of [north, south, north]) await handOver(await gate.handOver(), gate.signer);
    const reconcile = `POST /api/sessions/${session.session}/reconcile`;
    expect((await ask(reconcile, { as: as('desk') })).body).toEqual({ found: 1, opened: 1 });
    expect((await ask(reconcile, { as: as('desk') })).body).toEqual({ found: 1, opened: 0 });
    const [one] = await cases(`?kind=double-entry&session=${session.session}`);
    const path = `/api/cases/${one?.id ?? ''}`;

    const desk = as('desk');
    const seen = async (): Promise<Record<string, string>> => {
      const { headers } = await ask(`GET ${path}`, { as: desk });
      return { 'if-match': headers.get('etag') ?? '' };
    };
    const shown = await ask(`GET ${path}`, { as: desk });
    expect(shown.body).toMatchObject({ detail: { ticket: 'K-1', gates: ['north', 'south'] }, notes: [] });
    const stale = await seen();
    const taken = await ask(`POST ${path}/take`, { as: desk, body: {}, headers: stale });
    expect(taken.body).toMatchObject({ state: 'working', owner: desk.person });
    const late = await ask(`POST ${path}/take`, { as: desk, body: {}, headers: stale });
    expect(late).toMatchObject({ status: 412 });
    const other = await ask(`POST ${path}/take`, { as: as('desk'), body: {}, headers: await seen() });
    expect(other).toMatchObject({ status: 409, body: { code: 'taken' } });
    const key = { 'idempotency-key': `journal-routes-${newId()}` };
    await ask(`POST ${path}/notes`, { as: desk, body: { text: 'Two seats, one ticket.' }, headers: key });
    const outcome = { outcome: 'The second was staff with a copy; talked to.' };
    const closed = await ask(`POST ${path}/close`, { as: desk, body: outcome, headers: await seen() });
    expect(closed.body).toMatchObject({ state: 'closed', ...outcome });
    expect(await cases('?state=open')).toEqual([]);
    const again = await ask(`POST ${path}/close`, { as: desk, body: outcome, headers: await seen() });
    expect(again).toMatchObject({ status: 409, body: { code: 'closed' } });
    const why = { why: 'The visitor called.' };
    const reopened = await ask(`POST ${path}/reopen`, { as: desk, body: why, headers: await seen() });
    expect(reopened.body).toMatchObject({
      state: 'open',
      outcome: null,
      owner: null,
      notes: [{ text: 'Two seats, one ticket.' }, { text: 'The visitor called.' }],
    });
  });

  it('show a case and a journal to nobody of another organisation', async () => {
    const store = await database.newStore();
    const { session, ask, as, north, south, handOver, cases } = await openHall(store);
    for (const gate of [north, south]) {
      await gate.tap(doorsAt + minute, 'K-1');
      await handOver(await gate.handOver(), gate.signer);
    }
    await ask(`POST /api/sessions/${session.session}/reconcile`, { as: as('desk') });
    const [one] = await cases();
    const elsewhere = as('owner', newId());
    for (const request of [
      `GET /api/cases/${one?.id ?? ''}`,
      `POST /api/sessions/${session.session}/reconcile`,
    ]) {
      expect(await ask(request, { as: elsewhere })).toMatchObject({ status: 404 });
    }
    expect((await ask('GET /api/journals', { as: elsewhere })).body).toMatchObject({ items: [] });
    expect((await ask('GET /api/cases', { as: elsewhere })).body).toMatchObject({ items: [] });
  });
});
