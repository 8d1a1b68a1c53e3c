import { afterAll, beforeAll, expect, it } from 'vitest';
import { signRequest } from '../../hsm/http-signature/sign-request.ts';
import type { Recipient } from '../../hsm/keys/recipient.ts';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { describeTransportKey, makeTransportKey } from '../../hsm/keys/transport-key.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { makeTokenBed, type TokenBed } from '../../test/token/modules.ts';
import { enrolmentAnswer, readEnrolment, writeEnrolment, type Enrolment } from '../gate-api/enrolment.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { answerTo, enrolByCode, enrolByFile } from './enrol-gate.ts';
import { newEnrolmentCode, waitingCodes, withdrawCode } from './enrolment-codes.ts';
import { findGate, listGates, placeGate, revokeGate } from './gate-register.ts';
import { verifyGateRequest, verifyOwnRequest } from './gate-request.ts';
import { recipientOf } from './gate.ts';

const now = 1_800_000_000_000;
const hour = 3_600_000;
const url = 'https://tickets.example/api/gates/packs';
const placing = { gateGroup: 'main', door: 'north', direction: 'in' } as const;

let bed: TokenBed;
let token: Token;
let identity: Signer;
let transportKey: Recipient;

beforeAll(async () => {
  bed = makeTokenBed('SoftHSM', ['gate']);
  token = await openToken(bed.options('gate'));
  identity = await makeSigner(token, 'gate-identity');
  await makeTransportKey(token);
  transportKey = await describeTransportKey(token);
});
afterAll(() => {
  token.close();
  bed.remove();
});

async function organisation(store: Store): Promise<string> {
  const id = newId();
  await store.db.insertInto('organisations').values({ id, name: 'Hall', created_at: 0 }).execute();
  return id;
}

async function request(code?: string, gate = 'north-1', signer = identity): Promise<Enrolment> {
  const written = { gate, transportKey, ...(code === undefined ? {} : { code }) };
  return readEnrolment(JSON.stringify(await writeEnrolment(written, signer)));
}

async function expected(store: Store, more: object = {}) {
  const organisationId = await organisation(store);
  const wanted = { organisation: organisationId, gate: 'north-1', person: 'p1', ...placing, ...more };
  return { organisation: organisationId, ...(await newEnrolmentCode(store, wanted, now)) };
}

/** The head of a request that the gate signs. */
async function signed(signer: Signer, at = now, body?: Uint8Array) {
  const wanted = {
    method: body === undefined ? 'GET' : 'POST',
    url,
    ...(body === undefined ? {} : { body }),
  };
  return { ...wanted, headers: new Headers(await signRequest(wanted, signer, { now: at })) };
}

describeEachDatabase('enrolling a gate', (database) => {
  it('gives the gate that brings the code its place, and keeps its keys', async () => {
    const store = await database.newStore();
    const { organisation, code } = await expected(store);
    const gate = await enrolByCode(store, await request(code), now);
    expect(enrolmentAnswer.parse(answerTo(gate, [softwareSigner().publicKey]))).toMatchObject({
      gate: 'north-1',
      ...placing,
      fingerprint: gate.fingerprint,
    });
    const kept = recipientOf(gate);
    expect(kept.publicKey.equals(transportKey.publicKey)).toBe(true);
    expect(kept.hashes).toEqual(transportKey.hashes);
    const [listed] = await listGates(store, organisation, { limit: 10 });
    expect(listed).toMatchObject({ name: 'north-1', state: 'enrolled', fingerprint: gate.fingerprint });
    expect(await waitingCodes(store, organisation, now)).toEqual([]);
    const acts = await store.db.selectFrom('audit').select(['act', 'person_id']).orderBy('id').execute();
    expect(acts.map(({ act }) => act).sort()).toEqual(['gates.enrol', 'gates.expect']);
  });

  it('takes a code once, and tells the same gate again what its lost answer said', async () => {
    const store = await database.newStore();
    const { code } = await expected(store);
    const first = await enrolByCode(store, await request(code), now);
    expect((await enrolByCode(store, await request(code), now + 1)).id).toBe(first.id);
    const thief = await request(code, 'north-1', softwareSigner());
    await expect(enrolByCode(store, thief, now)).rejects.toMatchObject({ code: 'wrong-code' });
    expect(await store.db.selectFrom('gates').select('id').execute()).toHaveLength(1);
  });

  it('refuses a code that is wrong, has expired, was withdrawn, or is another gate’s', async () => {
    const store = await database.newStore();
    const { organisation, code, id } = await expected(store, { validMs: hour });
    const wrong = await request(code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`);
    await expect(enrolByCode(store, wrong, now)).rejects.toMatchObject({ code: 'wrong-code' });
    await expect(enrolByCode(store, await request(), now)).rejects.toMatchObject({ code: 'wrong-code' });
    await expect(enrolByCode(store, await request(code), now + hour)).rejects.toMatchObject({
      code: 'code-expired',
    });
    await expect(enrolByCode(store, await request(code, 'north-2'), now)).rejects.toMatchObject({
      code: 'other-gate',
    });
    await withdrawCode(store, { organisation, id, person: 'p1' }, now);
    await expect(enrolByCode(store, await request(code), now)).rejects.toMatchObject({ code: 'wrong-code' });
    expect(await store.db.selectFrom('gates').select('id').execute()).toEqual([]);
  });

  it('enrols one gate where two bring the same code at once', async () => {
    const store = await database.newStore();
    const { code } = await expected(store);
    const two = [await request(code), await request(code, 'north-1', softwareSigner())];
    const done = await Promise.allSettled(two.map((each) => enrolByCode(store, each, now)));
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store.db.selectFrom('gates').select('id').execute()).toHaveLength(1);
  });

  it('by a file takes the fingerprint that a person read off the gate, and no other', async () => {
    const store = await database.newStore();
    const organisationId = await organisation(store);
    const written = JSON.stringify(await writeEnrolment({ gate: 'north-1', transportKey }, identity));
    const file = { organisation: organisationId, person: 'p1', request: written, placing };
    const other = { ...file, fingerprint: 'ab'.repeat(32) };
    await expect(enrolByFile(store, other, now)).rejects.toMatchObject({ code: 'other-fingerprint' });
    const { headers } = await signed(identity);
    const [, fingerprint = ''] = /keyid="([0-9a-f]{64})"/.exec(headers.get('signature-input') ?? '') ?? [];
    const typed = (fingerprint.match(/.{4}/g) ?? []).join(' ').toUpperCase();
    expect((await enrolByFile(store, { ...file, fingerprint: typed }, now)).name).toBe('north-1');
    await expect(enrolByFile(store, { ...file, fingerprint }, now)).rejects.toMatchObject({
      code: 'key-taken',
    });
  });

  it('gives a name, and a key, to one gate for ever', async () => {
    const store = await database.newStore();
    const { organisation, code } = await expected(store);
    const gate = await enrolByCode(store, await request(code), now);
    await revokeGate(store, { organisation, id: gate.id, person: 'p1' }, now);
    const again = { organisation, gate: 'north-1', person: 'p1', ...placing };
    await expect(newEnrolmentCode(store, again, now)).rejects.toMatchObject({ code: 'name-taken' });
    const { code: next } = await newEnrolmentCode(store, { ...again, gate: 'north-2' }, now);
    await expect(enrolByCode(store, await request(next, 'north-2'), now)).rejects.toMatchObject({
      code: 'key-taken',
    });
    await expect(enrolByCode(store, await request(code), now)).rejects.toMatchObject({ code: 'revoked' });
  });

  it('changes a gate only as it was read, and only in its organisation', async () => {
    const store = await database.newStore();
    const { organisation: own, code } = await expected(store);
    const { id } = await enrolByCode(store, await request(code), now);
    const other = await organisation(store);
    await expect(findGate(store, other, id)).rejects.toMatchObject({ code: 'no-such-gate' });
    await expect(revokeGate(store, { organisation: other, id, person: null }, now)).rejects.toMatchObject({
      code: 'no-such-gate',
    });
    const change = { organisation: own, id, person: 'p1', revision: 1, ...placing, door: 'south' };
    expect(await placeGate(store, change, now)).toMatchObject({ door: 'south', revision: 2 });
    await expect(placeGate(store, change, now)).rejects.toMatchObject({ code: 'changed-meanwhile' });
  });
});

describeEachDatabase('a request of a gate', (database) => {
  async function enrolled(): Promise<{ store: Store; organisation: string; id: string }> {
    const store = await database.newStore();
    const { organisation, code } = await expected(store);
    const { id } = await enrolByCode(store, await request(code), now);
    return { store, organisation, id };
  }

  it('is believed once, with the key in its HSM', async () => {
    const { store, id } = await enrolled();
    const head = await signed(identity);
    expect((await verifyGateRequest(store, head, now)).gate.id).toBe(id);
    await expect(verifyGateRequest(store, head, now)).rejects.toMatchObject({ code: 'replayed' });
    await expect(verifyGateRequest(store, head, now + 1000)).rejects.toMatchObject({ code: 'replayed' });
    expect(
      (
        await findGate(
          store,
          (await verifyGateRequest(store, await signed(identity), now)).gate.organisation_id,
          id,
        )
      ).seenAt,
    ).toBe(now);
  });

  it('is taken by one of several that get it at once', async () => {
    const { store } = await enrolled();
    const head = await signed(identity);
    const done = await Promise.allSettled(
      Array.from({ length: 8 }, () => verifyGateRequest(store, head, now)),
    );
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is refused when it is old, of an unknown key, or of a gate that was revoked', async () => {
    const { store, organisation, id } = await enrolled();
    await expect(verifyGateRequest(store, await signed(identity, now - hour), now)).rejects.toMatchObject({
      code: 'out-of-date',
    });
    await expect(verifyGateRequest(store, await signed(softwareSigner()), now)).rejects.toMatchObject({
      code: 'unknown-key',
    });
    await revokeGate(store, { organisation, id, person: 'p1' }, now);
    await expect(verifyGateRequest(store, await signed(identity), now)).rejects.toMatchObject({
      code: 'revoked',
    });
  });

  it('has the body that was signed for', async () => {
    const { store } = await enrolled();
    const body = Buffer.from('journal');
    const { requireBody } = await verifyGateRequest(store, await signed(identity, now, body), now);
    expect(requireBody(body)).toBe(body);
    expect(() => requireBody(Buffer.from('other'))).toThrow(expect.objectContaining({ code: 'wrong-body' }));
  });

  it('forgets uses of which the signatures have ended', async () => {
    const { store } = await enrolled();
    await verifyGateRequest(store, await signed(identity), now);
    await verifyGateRequest(store, await signed(identity, now + hour), now + hour);
    expect(await store.db.selectFrom('gate_nonces').select('nonce').execute()).toHaveLength(1);
  });

  it('to enrol is signed by the key that it brings', async () => {
    const store = await database.newStore();
    const body = Buffer.from('{}');
    const head = await signed(identity, now, body);
    await expect(verifyOwnRequest(store, head, softwareSigner().publicKey, now)).rejects.toMatchObject({
      code: 'not-the-signer',
    });
    const requireBody = await verifyOwnRequest(store, head, identity.publicKey, now);
    expect(requireBody(body)).toBe(body);
  });
});
