import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import {
  crlExtensions,
  crlNumber,
  issuingDistributionPoint,
  type CrlDescription,
  type Reason,
} from '../../test/authority/crl.ts';
import { nameOf } from '../../test/authority/names.ts';
import type { Credential } from '../../test/authority/person.ts';
import { parseCertificate } from '../certificate/certificate.ts';
import { importRoot, type Root } from '../certificate/root.ts';
import { CrlNumbersInMemory } from './crl-numbers.ts';
import { reasonInWords, type Revocation } from './revocation.ts';
import { mayUse, type RevocationPolicy, withGrace } from './revocation-policy.ts';
import { RevocationLists } from './revocation-lists.ts';
import { revocationSubject } from './revocation-subject.ts';

const now = new Date('2026-11-21T09:00:00Z');
const hour = 3_600_000;
const hoursFromNow = (hours: number): Date => new Date(now.getTime() + hours * hour);

let authority: Authority;
let roots: Root[];
let user: Credential;
let other: Credential;

beforeAll(async () => {
  authority = await Authority.create({ now: () => now });
  roots = authority.rootCertificates('authentication').map(importRoot);
  user = authority.issuePerson({ withoutSignature: true }).authentication;
  other = authority.issuePerson({ withoutSignature: true, generation: 2019 }).authentication;
});

function listsWith(policy?: RevocationPolicy, numbers = new CrlNumbersInMemory()): RevocationLists {
  return new RevocationLists({ roots, numbers, ...(policy === undefined ? {} : { policy }) });
}

function check(lists: RevocationLists, of: Credential = user, at = now): Revocation {
  return lists.check(revocationSubject(parseCertificate(of.certificate)), importRoot(of.caCertificate), at);
}

function crl(number: bigint, changes: Partial<CrlDescription> = {}): Uint8Array {
  const { key } = authority.root('authentication', 2023);
  return authority.crl('authentication', 2023, {
    extensions: crlExtensions('authentication', key, number),
    ...changes,
  });
}

function listing(reason?: Reason): Partial<CrlDescription> {
  const serial = BigInt(`0x${Buffer.from(user.serial).toString('hex')}`);
  return { revoked: [{ serial, at: hoursFromNow(-5), ...(reason === undefined ? {} : { reason }) }] };
}

describe('the one answer about a certificate', () => {
  it('is good where the newest list does not name it', async () => {
    const lists = listsWith();
    await lists.take(crl(1n), now);
    expect(check(lists)).toEqual({ status: 'good', source: 'crl', asOf: now });
    expect(mayUse(check(lists))).toBe(true);
  });

  it('is revoked, why and when, where it does', async () => {
    const lists = listsWith();
    await lists.take(crl(1n, listing('cessationOfOperation')), now);
    const answer = check(lists);
    expect(answer).toMatchObject({ status: 'revoked', reason: 'cessationOfOperation', at: hoursFromNow(-5) });
    expect(mayUse(answer)).toBe(false);
  });

  it('is unknown where no list covers it, or only one of another generation', async () => {
    const lists = listsWith();
    expect(check(lists)).toEqual({ status: 'unknown' });
    await lists.take(crl(1n), now);
    expect(check(lists, other)).toEqual({ status: 'unknown' });
    expect(mayUse(check(lists, other))).toBe(false);
  });

  it('is that of the newer list, in whatever order they come', async () => {
    const older = crl(1n, { ...listing(), thisUpdate: hoursFromNow(-2) });
    const newer = crl(2n, { thisUpdate: hoursFromNow(-1) });
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const lists = listsWith();
      for (const each of order) await lists.take(each, now);
      expect(check(lists).status).toBe('good');
    }
  });

  it('is that of the newer of two lists that cover it in different ways', async () => {
    const everyone = { extensions: [crlNumber(1n)] };
    const lists = listsWith();
    await lists.take(crl(9n, { thisUpdate: hoursFromNow(-3) }), now);
    await lists.take(crl(1n, { ...listing(), ...everyone, thisUpdate: hoursFromNow(-2) }), now);
    expect(check(lists).status).toBe('revoked');
    await lists.take(crl(10n, { thisUpdate: hoursFromNow(-1) }), now);
    expect(check(lists).status).toBe('good');
  });

  it('becomes stale when the list is over, with no grace unless the policy gives some', async () => {
    const list = crl(1n, { nextUpdate: hoursFromNow(1) });
    const [strict, patient] = [listsWith(), listsWith(withGrace(3))];
    for (const lists of [strict, patient]) await lists.take(list, now);
    expect(check(strict, user, hoursFromNow(1)).status).toBe('good');
    const later = hoursFromNow(2);
    expect(check(strict, user, later)).toEqual({ status: 'stale', since: hoursFromNow(1) });
    expect(mayUse(check(strict, user, later))).toBe(false);
    expect(check(patient, user, later).status).toBe('good');
    expect(check(patient, user, hoursFromNow(5)).status).toBe('stale');
  });

  it('is stale where a list came in after its time, which revokes nobody', async () => {
    const lists = listsWith();
    const over = crl(3n, { ...listing(), thisUpdate: hoursFromNow(-3), nextUpdate: hoursFromNow(-2) });
    expect(await lists.take(over, now)).toMatchObject({ verdict: 'does-not-count', code: 'out-of-date' });
    expect(check(lists)).toEqual({ status: 'stale', since: hoursFromNow(-2) });
    await lists.take(crl(2n), now);
    expect(check(lists).status).toBe('good');
  });

  it('is unknown at a moment before the list, or that is none', async () => {
    const lists = listsWith();
    await lists.take(crl(1n), now);
    expect(check(lists, user, hoursFromNow(-1))).toEqual({ status: 'unknown' });
    expect(check(lists, user, new Date(NaN))).toEqual({ status: 'unknown' });
  });
});

describe('a list that is handed in', () => {
  it('never counts with a lower number than was seen, over a restart too', async () => {
    const numbers = new CrlNumbersInMemory();
    await listsWith(undefined, numbers).take(crl(8n), now);
    const again = listsWith(undefined, numbers);
    expect(await again.take(crl(7n), now)).toMatchObject({ code: 'number-went-down' });
    expect(check(again)).toEqual({ status: 'unknown' });
    expect(await again.take(crl(8n), now)).toMatchObject({ verdict: 'counts' });
  });

  it('has numbers of its own for each key and distribution point', async () => {
    const lists = listsWith();
    await lists.take(crl(8n), now);
    const elsewhere = issuingDistributionPoint({ name: nameOf(['C', 'JP'], ['CN', 'elsewhere']) });
    const third = { extensions: [crlNumber(3n), elsewhere] };
    expect(await lists.take(crl(0n, third), now)).toMatchObject({ verdict: 'counts' });
    expect(await lists.take(authority.crl('authentication', 2019), now)).toMatchObject({ verdict: 'counts' });
    expect(check(lists, other).status).toBe('good');
  });

  it('raises no number before its time has come', async () => {
    const lists = listsWith();
    const early = crl(99n, { thisUpdate: hoursFromNow(1) });
    expect(await lists.take(early, now)).toMatchObject({ code: 'not-yet-valid' });
    expect(await lists.take(crl(8n), now)).toMatchObject({ verdict: 'counts' });
  });

  it('changes nothing where it does not count', async () => {
    const lists = listsWith();
    await lists.take(crl(1n), now);
    const stranger = authority.root('authentication', 'stranger').key;
    const report = await lists.take(crl(2n, { ...listing(), issuerKey: stranger }), now);
    expect(report).toMatchObject({ verdict: 'does-not-count', code: 'bad-signature' });
    expect(check(lists).status).toBe('good');
  });
});

describe('reasons', () => {
  it.each([
    ['superseded', 'renewed'],
    ['cessationOfOperation', 'lost card or left the country'],
    ['affiliationChanged', 'died or left the country'],
    ['certificateHold', 'lost card'],
  ] as const)('have words of this PKI: %s', (reason, words) => {
    expect(reasonInWords(reason)).toBe(words);
  });
});
