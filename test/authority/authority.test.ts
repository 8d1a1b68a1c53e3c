import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from './authority.ts';
import { makeKey } from './key-pool.ts';
import { canonicalJson } from './terminal-request.ts';

let folder: string;
let authority: Authority;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-authority-'));
  authority = await Authority.create({ folder });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function openssl(...command: string[]): string {
  return execFileSync('openssl', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function terminalRequest(key: KeyObject, changed: Record<string, string> = {}): Record<string, string> {
  const rsa = key.asymmetricKeyType === 'rsa';
  const members = {
    format: 'kazasu/terminal-request/v1',
    gate: 'north-1',
    algorithm: rsa ? 'rsa2048' : 'p384',
    spki: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  };
  const message = Buffer.from(canonicalJson(members));
  const proof = rsa
    ? sign('sha256', message, key)
    : sign('sha384', message, { key, dsaEncoding: 'ieee-p1363' });
  return { ...members, proof: proof.toString('base64'), ...changed };
}

describe('roots', () => {
  it('share one name per purpose and differ in their key ids', () => {
    const roots = authority.rootCertificates('authentication').map((der) => new X509Certificate(der));
    expect(new Set(roots.map((root) => root.subject)).size).toBe(1);
    expect(roots[0]?.subject).toContain('OU=JPKI for user authentication');
    expect(new Set(roots.map((root) => root.fingerprint256)).size).toBe(4);
    for (const root of roots) expect(root.verify(root.publicKey)).toBe(true);
  });

  it('name the signature CA after its purpose', () => {
    const [root] = authority.rootCertificates('signature').map((der) => new X509Certificate(der));
    expect(root?.subject).toContain('OU=JPKI for digital signature');
  });
});

describe('people', () => {
  it.each([
    ['authentication', '1.2.392.200149.8.5.1.3.30'],
    ['signature', '1.2.392.200149.8.5.1.1.20'],
  ] as const)('get %s certificates of the real profile that openssl verifies', (purpose, policy) => {
    const person = authority.issuePerson();
    const credential = purpose === 'signature' ? person.signature : person.authentication;
    if (credential === undefined) throw new Error('no certificate');
    const root = file('root.pem', new X509Certificate(credential.caCertificate).toString());
    const user = file('user.pem', new X509Certificate(credential.certificate).toString());
    expect(
      openssl('verify', '-CAfile', root, '-x509_strict', '-policy', policy, '-explicit_policy', user),
    ).toContain('OK');
    const text = openssl('x509', '-in', user, '-noout', '-text');
    expect(text).toContain(`Policy: ${policy}`);
    expect(text).toContain('sha256WithRSAEncryption');
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature/);
    expect(credential.serial).toHaveLength(4);
    expect(credential.certificate.length).toBeGreaterThan(1400);
    expect(credential.certificate.length).toBeLessThan(2000);
  });

  it('have keys that belong to their certificates', () => {
    const { authentication } = authority.issuePerson();
    expect(new X509Certificate(authentication.certificate).checkPrivateKey(authentication.privateKey)).toBe(
      true,
    );
  });

  it('of the next generation have P-384 keys under a P-384 root', () => {
    const { authentication } = authority.issuePerson({ algorithm: 'p384' });
    const certificate = new X509Certificate(authentication.certificate);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
    expect(certificate.verify(new X509Certificate(authentication.caCertificate).publicKey)).toBe(true);
    expect(authentication.certificate.length).toBeLessThan(2000);
  });

  it('come back after a restart, with counters going on', async () => {
    const before = authority.issuePerson({ label: 'kept' });
    authority.revoke(before.authentication.certificate, 'certificateHold');
    const again = await Authority.create({ folder });
    const kept = again.personLabelled('kept');
    expect(kept?.authentication.certificate).toEqual(Buffer.from(before.authentication.certificate));
    expect(
      createPrivateKey(kept?.authentication.privateKey.export({ type: 'pkcs8', format: 'pem' }) ?? '').equals(
        before.authentication.privateKey,
      ),
    ).toBe(true);
    expect(again.revocation(again.root('authentication', 2023), before.authentication.serial)?.reason).toBe(
      'certificateHold',
    );
    const after = again.issuePerson();
    expect(Buffer.compare(after.authentication.serial, before.authentication.serial)).toBe(1);
    expect(again.rootCertificates('signature').map((each) => Buffer.from(each))).toEqual(
      authority.rootCertificates('signature').map((each) => Buffer.from(each)),
    );
  });

  it('are found by their signature certificate, which ③ asks for', () => {
    const person = authority.issuePerson();
    const signature = person.signature?.certificate ?? new Uint8Array();
    expect(authority.correspondence(signature)?.certificate).toEqual(person.authentication.certificate);
    expect(authority.correspondence(person.authentication.certificate)).toBeUndefined();
  });

  it('keep the link from old to new when renewed', () => {
    const old = authority.issuePerson();
    const renewed = authority.renew(old);
    expect(authority.renewalOf(old)?.person.id).toBe(renewed.id);
    expect(
      authority.revocation(authority.root('authentication', 2023), old.authentication.serial)?.reason,
    ).toBe('superseded');
  });
});

describe('CRLs', () => {
  it('list what was revoked, and openssl verifies them', () => {
    const person = authority.issuePerson();
    authority.revoke(person.authentication.certificate, 'cessationOfOperation');
    const crl = file('crl.der', authority.crl('authentication', 2023));
    const root = file('crl-root.pem', new X509Certificate(person.authentication.caCertificate).toString());
    const text = openssl('crl', '-inform', 'DER', '-in', crl, '-noout', '-text', '-CAfile', root);
    expect(text).toContain(Buffer.from(person.authentication.serial).toString('hex').toUpperCase());
    expect(text).toContain('Cessation Of Operation');
  });
});

describe('terminal certificates', () => {
  it('are two blocks for the card of today', async () => {
    const key = await makeKey('rsa2048');
    const bytes = Buffer.from(authority.issueTerminalCertificate(terminalRequest(key), 'jpki-rsa'));
    expect(bytes).toHaveLength(307 + 261);
    expect(bytes.subarray(0, 10).toString('hex')).toBe('7f218202335f4e820129');
    expect(bytes.subarray(10, 26)).toEqual(Buffer.from(authority.terminalRoot('jpki-rsa').keyId));
    expect(bytes.subarray(307, 312).toString('hex')).toBe('5f37820100');
  });

  it.each([
    ['eac-rsa', 'rsa2048'],
    ['eac-p384', 'p384'],
  ] as const)('are a chain of two for %s', async (profile, algorithm) => {
    const key = await makeKey(algorithm);
    const bytes = Buffer.from(authority.issueTerminalCertificate(terminalRequest(key), profile));
    expect(bytes.indexOf('7f21', 'hex')).toBe(0);
    expect(bytes.indexOf(Buffer.from(authority.terminalRoot(profile).keyId))).toBeGreaterThan(0);
    expect(bytes.lastIndexOf('7f21', undefined, 'hex')).toBeGreaterThan(0);
  });

  it('are refused to whoever cannot prove the key', async () => {
    const key = await makeKey('p384');
    expect(() =>
      authority.issueTerminalCertificate(terminalRequest(key, { gate: 'other' }), 'eac-p384'),
    ).toThrow(/proof/);
    expect(() => authority.issueTerminalCertificate(terminalRequest(key), 'jpki-rsa')).toThrow(/rsa2048/);
  });
});
