import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { signingKeyId, signRequest } from '../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { setUpSession } from '../../test/box-office/box-office.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { askRooms, type Answer } from '../../test/ticketing/ask-room.ts';
import { enrolmentAnswer, writeEnrolment } from '../gate-api/enrolment.ts';
import { gatePaths } from '../gate-api/messages.ts';
import type { Role } from '../http/actor.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { gateRoutes } from './gate-routes.ts';

const day = 86_400_000;
const publicUrl = new URL('http://localhost');
const transportKey = {
  publicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
  hashes: ['sha256', 'sha1'] as const,
};
const placing = { gateGroup: 'main', door: 'north', direction: 'in' } as const;

interface ShownGate {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly state: string;
}

/** The routes over a store, with a clock of the test's own and people of one organisation. */
async function scene(store: Store) {
  const clock = { now: Date.now() };
  const now = (): number => clock.now;
  const { organisation } = await setUpSession(store);
  const listSigner = softwareSigner();
  const parts = { store, listSigner, publicUrl, now };
  const ask = askRooms(store, [enrolmentRoutes(parts), gateRoutes(parts)], { now });
  const as = (role: Role, of = organisation) => ({ person: newId(), organisation: of, role });
  const key = (): Record<string, string> => ({ 'idempotency-key': `gate-routes-${newId()}` });
  const makeCode = async (gate: string): Promise<string> => {
    const made = await ask('POST /api/gate-codes', {
      as: as('organiser'),
      body: { gate, ...placing },
      headers: key(),
    });
    expect(made.status).toBe(201);
    return (made.body as { code: string }).code;
  };
  /** As `kazasu-gate enrol --code` does it. */
  const enrol = async (gate: string, code: string, identity: Signer, signer = identity): Promise<Answer> => {
    const body = Buffer.from(JSON.stringify(await writeEnrolment({ gate, code, transportKey }, identity)));
    const url = new URL(gatePaths.enrolment, publicUrl).href;
    const headers = await signRequest({ method: 'POST', url, body }, signer, { now: clock.now });
    return ask(`POST ${gatePaths.enrolment}`, { body, headers: { ...headers } });
  };
  const gates = async (of = as('auditor')): Promise<ShownGate[]> => {
    const { body } = await ask('GET /api/gates', { as: of });
    return (body as { items: ShownGate[] }).items;
  };
  return { ask, as, key, makeCode, enrol, gates, clock, listSigner };
}

describeEachDatabase('the routes of gates', (database) => {
  it('enrol a gate by its code, once, and show it by its fingerprint', async () => {
    const { ask, as, makeCode, enrol, gates } = await scene(await database.newStore());
    const code = await makeCode('north-1');
    const waiting = await ask('GET /api/gate-codes', { as: as('owner') });
    expect(waiting.body).toMatchObject({ items: [{ gate: 'north-1', ...placing }] });
    expect(JSON.stringify(waiting.body)).not.toContain(code);

    const identity = softwareSigner();
    const { status, body } = await enrol('north-1', code, identity);
    expect(status).toBe(201);
    expect(enrolmentAnswer.parse(body)).toMatchObject({ gate: 'north-1', ...placing });
    const fingerprint = signingKeyId(identity.publicKey);
    expect(await gates()).toMatchObject([{ name: 'north-1', fingerprint, state: 'enrolled' }]);
    expect(await enrol('north-1', code, softwareSigner())).toMatchObject({ status: 403 });
    expect(await enrol('north-1', code, identity)).toMatchObject({ status: 201 });
  });

  it('refuse an enrolment that another key signed, that says nothing true, or whose code is not good', async () => {
    const { ask, makeCode, enrol, gates, clock } = await scene(await database.newStore());
    const code = await makeCode('north-1');
    const refusedAs = (answer: Answer): unknown => (answer.body as { code: string }).code;
    expect(refusedAs(await enrol('north-1', code, softwareSigner(), softwareSigner()))).toBe(
      'not-the-signer',
    );
    expect(refusedAs(await enrol('north-2', code, softwareSigner()))).toBe('other-gate');
    expect(refusedAs(await enrol('north-1', 'AAAA-AAAA-AAAA-AAAA', softwareSigner()))).toBe('wrong-code');
    const unsigned = await ask(`POST ${gatePaths.enrolment}`, {
      body: await writeEnrolment({ gate: 'north-1', code, transportKey }, softwareSigner()),
    });
    expect(unsigned).toMatchObject({ status: 401, body: { code: 'malformed' } });
    clock.now += 2 * day;
    expect(refusedAs(await enrol('north-1', code, softwareSigner()))).toBe('code-expired');
    expect(await gates()).toEqual([]);
  });

  it('take a code back before its gate came', async () => {
    const { ask, as, makeCode, enrol } = await scene(await database.newStore());
    const code = await makeCode('north-1');
    const waiting = await ask('GET /api/gate-codes', { as: as('owner') });
    const [{ id }] = (waiting.body as { items: [{ id: string }] }).items;
    expect(await ask(`DELETE /api/gate-codes/${id}`, { as: as('organiser') })).toMatchObject({ status: 204 });
    expect(await enrol('north-1', code, softwareSigner())).toMatchObject({ body: { code: 'wrong-code' } });
    expect(await ask(`DELETE /api/gate-codes/${id}`, { as: as('organiser') })).toMatchObject({ status: 404 });
  });

  it('enrol a gate without a network by its file, for who read the fingerprint off it', async () => {
    const { ask, as, key, gates, listSigner } = await scene(await database.newStore());
    const identity = softwareSigner();
    const request = JSON.stringify(await writeEnrolment({ gate: 'south-1', transportKey }, identity));
    const sent = (fingerprint: string) =>
      ask('POST /api/gates', {
        as: as('organiser'),
        body: { request, fingerprint, ...placing },
        headers: key(),
      });
    expect(await sent('ab'.repeat(32))).toMatchObject({ status: 409, body: { code: 'other-fingerprint' } });
    expect(await gates()).toEqual([]);
    const { status, body } = await sent(signingKeyId(identity.publicKey));
    expect(status).toBe(201);
    expect(enrolmentAnswer.parse(body).listKeys).toHaveLength(1);
    expect(Buffer.from(listSigner.publicKey)).toHaveLength(65);
    expect(await gates()).toMatchObject([{ name: 'south-1' }]);
  });

  it('move a gate as it was read, and revoke it for ever', async () => {
    const { ask, as, makeCode, enrol, gates } = await scene(await database.newStore());
    await enrol('north-1', await makeCode('north-1'), softwareSigner());
    const [gate] = await gates();
    const path = `/api/gates/${gate?.id ?? ''}`;
    const organiser = as('organiser');
    const { headers } = await ask(`GET ${path}`, { as: organiser });
    const seen = { 'if-match': headers.get('etag') ?? '' };
    const moved = { ...placing, door: 'south' };
    const placed = await ask(`PUT ${path}/placing`, { as: organiser, body: moved, headers: seen });
    expect(placed).toMatchObject({ status: 200, body: { door: 'south' } });
    const again = await ask(`PUT ${path}/placing`, { as: organiser, body: placing, headers: seen });
    expect(again).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
    const now = { 'if-match': placed.headers.get('etag') ?? '' };
    const revoked = await ask(`POST ${path}/revoke`, { as: organiser, headers: now });
    expect(revoked).toMatchObject({ status: 200, body: { state: 'revoked' } });
    const then = { 'if-match': revoked.headers.get('etag') ?? '' };
    expect(await ask(`PUT ${path}/placing`, { as: organiser, body: moved, headers: then })).toMatchObject({
      status: 403,
      body: { code: 'revoked' },
    });
  });

  it('show a page of gates at a time, and nobody another organisation’s', async () => {
    const store = await database.newStore();
    const { ask, as, makeCode, enrol } = await scene(store);
    for (const name of ['c-3', 'a-1', 'b-2']) await enrol(name, await makeCode(name), softwareSigner());
    const first = await ask('GET /api/gates?limit=2', { as: as('desk') });
    expect(first.body).toMatchObject({ items: [{ name: 'a-1' }, { name: 'b-2' }], next: 'b-2' });
    const rest = await ask('GET /api/gates?limit=2&after=b-2', { as: as('desk') });
    expect(rest.body).toMatchObject({ items: [{ name: 'c-3' }], next: null });

    const elsewhere = as('owner', (await setUpSession(store)).organisation);
    expect((await ask('GET /api/gates', { as: elsewhere })).body).toMatchObject({ items: [] });
    const [{ id }] = (first.body as { items: [{ id: string }] }).items;
    expect(await ask(`GET /api/gates/${id}`, { as: elsewhere })).toMatchObject({ status: 404 });
    const seen = { 'if-match': '"1"' };
    expect(await ask(`POST /api/gates/${id}/revoke`, { as: elsewhere, headers: seen })).toMatchObject({
      status: 404,
    });
  });
});
