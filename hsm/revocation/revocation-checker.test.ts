import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import type { AuthorityServer } from '../../test/authority/server.ts';
import { importRoot, type Root } from '../certificate/root.ts';
import { parseCertificate } from '../certificate/certificate.ts';
import { CrlNumbersInMemory } from './crl-numbers.ts';
import { OcspClient } from './ocsp-client.ts';
import { RevocationChecker } from './revocation-checker.ts';
import { RevocationLists } from './revocation-lists.ts';
import { type RevocationSubject, revocationSubject } from './revocation-subject.ts';

const now = new Date();

let authority: Authority;
let server: AuthorityServer;
let root: Root;
let subject: RevocationSubject;
let lists: RevocationLists;

beforeAll(async () => {
  authority = await Authority.create({ now: () => now });
  server = await authority.serve();
  root = importRoot(authority.root('authentication', 2023).certificate);
  const { certificate } = authority.issuePerson({ withoutSignature: true }).authentication;
  subject = revocationSubject(parseCertificate(certificate));
  lists = new RevocationLists({ roots: [root], numbers: new CrlNumbersInMemory() });
});

afterAll(async () => {
  await server.close();
});

describe('checking by lists, else by a responder', () => {
  it('asks the responder where no list covers the certificate', async () => {
    const responder = new OcspClient({ url: `${server.url}/ocsp` });
    const { revocation } = await new RevocationChecker({ lists, responder }).check(subject, root, now);
    expect(revocation).toMatchObject({ status: 'good', source: 'ocsp' });
  });

  it('says what troubled it where the responder cannot be asked', async () => {
    const responder = new OcspClient({ url: 'http://127.0.0.1:9/ocsp' });
    const checked = await new RevocationChecker({ lists, responder }).check(subject, root, now);
    expect(checked).toMatchObject({ revocation: { status: 'unknown' }, trouble: { code: 'not-answered' } });
    expect(await new RevocationChecker({ lists }).check(subject, root, now)).toEqual({
      revocation: { status: 'unknown' },
    });
  });

  it('keeps to the list where there is one, and asks nobody', async () => {
    await lists.take(authority.crl('authentication', 2023), now);
    const responder = new OcspClient({ url: 'http://127.0.0.1:9/ocsp' });
    const checked = await new RevocationChecker({ lists, responder }).check(subject, root, now);
    expect(checked).toEqual({
      revocation: { status: 'good', source: 'crl', asOf: expect.any(Date) as Date },
    });
  });
});
