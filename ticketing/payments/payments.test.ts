import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SaleWorld } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import { lapseUnpaid, noticesTake } from './lapse.ts';
import { readNoticeKey, signedNotice } from './notice-keys.ts';
import { paymentRoutes } from './payment-routes.ts';
import type { PaymentNotice } from './take-notice.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const company = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const noticeKeys = [company, other].flatMap(({ publicKey }) => readNoticeKey(pemOf(publicKey)) ?? []);

describe('a payment company’s key', () => {
  it('is Ed25519 or P-256, and nothing else', () => {
    expect(noticeKeys).toHaveLength(2);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    for (const pem of [pemOf(rsa), pemOf(p384), 'no key', '']) expect(readNoticeKey(pem)).toBeUndefined();
  });
});

describeEachDatabase('a payment', (database) => {
  const scene = async (tickets = 2) => {
    const store = await database.newStore();
    const { sessions, asker } = await world.sell(store, { seats: 4 });
    const [sale] = sessions;
    if (sale === undefined) throw new Error('unreachable');
    const reserve = async () => {
      const reserved = await world.applications(store).take(world.submit(world.issue(), sale, { tickets }));
      return { slip: reserved.slip?.number ?? '', dueAt: reserved.dueAt };
    };
    const { slip, dueAt } = await reserve();
    let now = world.now;
    const ask = askRooms(store, [paymentRoutes({ store, noticeKeys, now: () => now })]);
    const notice: PaymentNotice = {
      id: 'p-1',
      slip,
      amount: 8000 * tickets,
      paidAt: new Date(now).toISOString(),
    };
    const send = (sent: object, signer = company, body = JSON.stringify(sent)) => {
      const digest = signer.privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
      const signature = sign(digest, signedNotice(Buffer.from(body)), signer.privateKey).toString('base64');
      const headers = { 'kazasu-signature': signature };
      return ask('POST /api/payments/notices', { body, headers });
    };
    const rows = async () => ({
      applications: await store.db.selectFrom('applications').selectAll().execute(),
      tickets: await store.db.selectFrom('tickets').selectAll().execute(),
      seats: await store.db.selectFrom('seats').select(['state', 'ticket_id']).orderBy('position').execute(),
      bindings: await store.db.selectFrom('bindings').select('state').execute(),
      payments: await store.db.selectFrom('payments').selectAll().execute(),
      cases: await store.db.selectFrom('cases').selectAll().execute(),
      changes: await store.db.selectFrom('list_changes').select('ticket_id').execute(),
    });
    const lapse = async (at: number) => {
      now = at;
      await lapseUnpaid({ store, now: () => now }).run(undefined);
    };
    return { store, asker, reserve, dueAt, ask, notice, send, rows, lapse };
  };
  const applied = { status: 200, body: { outcome: 'applied' } };

  it('makes tickets valid and sells their seats, once, though its notice comes three times and twice at once', async () => {
    const { notice, send, rows } = await scene();
    const answers = await Promise.all([send(notice), send(notice)]);
    expect([...answers, await send(notice)]).toMatchObject([applied, applied, applied]);
    const { applications, tickets, seats, payments, cases, changes } = await rows();
    expect(applications).toMatchObject([{ state: 'paid' }]);
    expect(tickets.map(({ state }) => state)).toEqual(['valid', 'valid']);
    expect(seats.map(({ state }) => state)).toEqual(['sold', 'sold', 'free', 'free']);
    expect(payments).toHaveLength(1);
    expect(changes).toHaveLength(2);
    expect(cases).toEqual([]);
  });

  it('is believed from any known company alone, and over the exact bytes', async () => {
    const { notice, send, ask, rows } = await scene();
    const stranger = generateKeyPairSync('ed25519');
    expect(await send(notice, stranger)).toMatchObject({ status: 401 });
    const unsigned = await ask('POST /api/payments/notices', { body: notice });
    expect(unsigned).toMatchObject({ status: 401, body: { code: 'wrong-signature' } });
    const signature = sign(null, signedNotice(Buffer.from(JSON.stringify(notice))), company.privateKey);
    const headers = { 'kazasu-signature': signature.toString('base64') };
    const changed = { body: { ...notice, amount: notice.amount + 1 }, headers };
    expect(await ask('POST /api/payments/notices', changed)).toMatchObject({ status: 401 });
    const plain = sign(null, Buffer.from(JSON.stringify(notice)), company.privateKey).toString('base64');
    const unpurposed = { body: notice, headers: { 'kazasu-signature': plain } };
    expect(await ask('POST /api/payments/notices', unpurposed)).toMatchObject({ status: 401 });
    expect(await send({ ...notice, more: 1 })).toMatchObject({ status: 400 });
    expect((await rows()).payments).toEqual([]);
    expect(await send(notice, other)).toMatchObject(applied);
  });

  it('of a wrong sum is a case, and the right one still pays', async () => {
    const { notice, send, rows } = await scene();
    const wrong = { ...notice, id: 'p-0', amount: 1 };
    expect(await send(wrong)).toMatchObject({ status: 200, body: { outcome: 'wrong-amount' } });
    expect(await rows()).toMatchObject({
      applications: [{ state: 'reserved' }],
      cases: [{ kind: 'payment-wrong-amount', subject: 'payment p-0' }],
    });
    expect(await send(notice)).toMatchObject(applied);
    expect(await send(wrong)).toMatchObject({ body: { outcome: 'wrong-amount' } });
    expect((await rows()).cases).toHaveLength(1);
  });

  it('that comes a second time by another notice is owed back, and changes nothing', async () => {
    const { notice, send, rows } = await scene();
    await send(notice);
    const before = await rows();
    expect(await send({ ...notice, id: 'p-2' })).toMatchObject({ body: { outcome: 'paid-twice' } });
    const { cases, payments, ...after } = await rows();
    expect(before).toMatchObject(after);
    expect(payments).toHaveLength(2);
    expect(JSON.parse(cases[0]?.detail ?? '')).toMatchObject({ owedBack: 16_000, wanted: 16_000 });
  });

  it('for a slip that was never given is kept, and a case of whoever runs the service', async () => {
    const { notice, send, rows, asker } = await scene();
    const unknown = { ...notice, slip: '0000000000000000' };
    expect(await send(unknown)).toMatchObject({ status: 200, body: { outcome: 'unknown-slip' } });
    const { cases, payments } = await rows();
    expect(cases).toMatchObject([{ kind: 'payment-unknown-slip', organisation_id: asker.organisation }]);
    expect(payments).toMatchObject([{ application_id: null }]);
  });

  it('is not another one under the same id', async () => {
    const { notice, send, rows } = await scene();
    await send(notice);
    expect(await send({ ...notice, amount: 1 })).toMatchObject({ status: 409, body: { code: 'id-taken' } });
    expect((await rows()).payments).toMatchObject([{ amount: 16_000 }]);
  });

  it('that does not come lets the application lapse, and frees its seats for others', async () => {
    const { dueAt, lapse, rows, reserve } = await scene(4);
    await lapse(dueAt + noticesTake);
    expect((await rows()).applications).toMatchObject([{ state: 'reserved' }]);
    await lapse(dueAt + noticesTake + 1);
    const { applications, tickets, seats, bindings } = await rows();
    expect(applications).toMatchObject([{ state: 'lapsed', ended_at: dueAt + noticesTake + 1 }]);
    expect(new Set(tickets.map(({ state, ended_why }) => `${state} ${String(ended_why)}`))).toEqual(
      new Set(['ended lapsed']),
    );
    expect(seats).toEqual(Array.from({ length: 4 }, () => ({ state: 'free', ticket_id: null })));
    expect(bindings).toEqual([{ state: 'ended' }]);
    await reserve();
    expect((await rows()).seats.every(({ state }) => state === 'held')).toBe(true);
  });

  it('still pays after its due date while the seats are held, and is owed back once they are not', async () => {
    const { dueAt, notice, send, lapse, rows } = await scene();
    await lapse(dueAt + noticesTake);
    const late = { ...notice, paidAt: new Date(dueAt + 1000).toISOString() };
    expect(await send(late)).toMatchObject(applied);
    await lapse(dueAt + 10 * noticesTake);
    expect((await rows()).applications).toMatchObject([{ state: 'paid' }]);

    const lapsed = await scene();
    await lapsed.lapse(lapsed.dueAt + noticesTake + 1);
    expect(await lapsed.send(lapsed.notice)).toMatchObject({ body: { outcome: 'paid-late' } });
    const { cases, seats } = await lapsed.rows();
    expect(seats.every(({ state }) => state === 'free')).toBe(true);
    expect(JSON.parse(cases[0]?.detail ?? '')).toMatchObject({ owedBack: 16_000, paidInTime: true });
  });
});
