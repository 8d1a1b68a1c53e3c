import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../hsm/certificate/certificate.ts';
import { importRoot, type Root } from '../../hsm/certificate/root.ts';
import { CrlNumbersInMemory } from '../../hsm/revocation/crl-numbers.ts';
import { RevocationLists } from '../../hsm/revocation/revocation-lists.ts';
import { revocationSubject } from '../../hsm/revocation/revocation-subject.ts';
import { Authority } from '../authority/authority.ts';
import { crlExtensions } from '../authority/crl.ts';
import type { Person } from '../authority/person.ts';
import { crlCases } from './crl-corpus.ts';
import type { CrlCase, CrlKit } from './crl-kit.ts';

const now = new Date(Math.floor(Date.now() / 1000) * 1000);

let folder: string;
let authority: Authority;
let person: Person;
let kit: CrlKit;
let roots: Root[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-crls-'));
  authority = await Authority.create({ now: () => now });
  person = authority.issuePerson({ withoutSignature: true });
  roots = authority.rootCertificates('authentication').map(importRoot);
  kit = {
    ca: authority.root('authentication', 2023),
    otherGeneration: authority.root('authentication', 2019),
    stranger: authority.root('authentication', 'stranger'),
    serial: BigInt(`0x${Buffer.from(person.authentication.serial).toString('hex')}`),
    now,
  };
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function ourAnswer(list: Uint8Array): Promise<string> {
  const lists = new RevocationLists({ roots, numbers: new CrlNumbersInMemory() });
  // Number 5 was seen before: over by now, so that it answers nothing itself.
  const number = { extensions: crlExtensions('authentication', kit.ca.key, 5n) };
  const before = new Date(now.getTime() - 3_600_000);
  const seen = authority.crl('authentication', 2023, { ...number, thisUpdate: before, nextUpdate: before });
  expect((await lists.take(seen, before)).verdict).toBe('counts');
  const report = await lists.take(list, now);
  const root = roots.find((each) => Buffer.compare(each.certificate.der, kit.ca.certificate) === 0);
  if (root === undefined) throw new Error('no root');
  const { status } = lists.check(
    revocationSubject(parseCertificate(person.authentication.certificate)),
    root,
    now,
  );
  if (report.verdict === 'counts') return status === 'stale' ? 'unknown' : status;
  // It does not count, so it neither revokes nor clears anyone.
  expect(status).toBe('stale');
  return report.code;
}

function opensslsAnswer(list: Uint8Array): string {
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const root = file('root.pem', new X509Certificate(kit.ca.certificate).toString());
  const user = file('user.pem', new X509Certificate(person.authentication.certificate).toString());
  const body =
    Buffer.from(list)
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? '';
  const crl = file('crl.pem', `-----BEGIN X509 CRL-----\n${body}\n-----END X509 CRL-----\n`);
  const at = String(now.getTime() / 1000);
  const command = ['verify', '-CAfile', root, '-CRLfile', crl, '-crl_check', '-attime', at, user];
  try {
    execFileSync('openssl', command, { stdio: 'pipe' });
    return 'good';
  } catch (error) {
    const said = String((error as { stderr: Buffer }).stderr);
    return said.includes('certificate revoked') ? 'revoked' : 'refused';
  }
}

function alike(each: CrlCase): boolean {
  const ours = each.expected === 'good' || each.expected === 'revoked' ? each.expected : 'refused';
  return ours === each.openssl;
}

describe('the corpus of revocation lists', () => {
  it.each(crlCases.map((each) => [each.name, each] as const))('gives its one answer: %s', async (_, each) => {
    expect(await ourAnswer(each.make(kit))).toBe(each.expected);
  });

  it('is large enough and describes no list twice', () => {
    expect(crlCases.length).toBeGreaterThanOrEqual(20);
    expect(new Set(crlCases.map((each) => each.name)).size).toBe(crlCases.length);
  });
});

describe('openssl verify -crl_check beside us', () => {
  it.each(crlCases.map((each) => [each.name, each] as const))('answers as the table says: %s', (_, each) => {
    expect(opensslsAnswer(each.make(kit))).toBe(each.openssl);
  });

  it('differs only where the table says why, and the table explains nothing else', () => {
    for (const each of crlCases)
      expect([each.name, each.because !== undefined]).toEqual([each.name, !alike(each)]);
  });
});
