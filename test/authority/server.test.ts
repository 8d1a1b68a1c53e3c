import { execFile } from 'node:child_process';
import { createPublicKey, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from './authority.ts';
import { makeKey } from './key-pool.ts';
import type { Credential, Person } from './person.ts';
import type { AuthorityServer } from './server.ts';
import { canonicalJson } from './terminal-request.ts';

const run = promisify(execFile);

let folder: string;
let authority: Authority;
let server: AuthorityServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-authority-'));
  authority = await Authority.create();
  server = await authority.serve();
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function pem(name: string, certificate: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, new X509Certificate(certificate).toString());
  return path;
}

async function askWithOpenssl({ caCertificate, certificate }: Credential): Promise<string> {
  const root = pem('root.pem', caCertificate);
  const user = pem('user.pem', certificate);
  const command = ['ocsp', '-issuer', root, '-cert', user, '-url', `${server.url}/ocsp`, '-CAfile', root];
  const { stdout, stderr } = await run('openssl', command);
  return stdout + stderr;
}

async function post(path: string, body: object): Promise<unknown> {
  const response = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) });
  return response.json();
}

function idOf(credential: Credential | undefined): object {
  if (credential === undefined) throw new Error('no certificate');
  const ca = authority.root(credential.purpose, credential.generation);
  return {
    issuerKeyId: Buffer.from(ca.keyId).toString('hex'),
    serial: Buffer.from(credential.serial).toString('hex'),
  };
}

describe('OCSP', () => {
  it.each([2019, 'next'] as const)('answers the openssl client about people of %s', async (generation) => {
    const person = authority.issuePerson({ generation });
    const before = await askWithOpenssl(person.authentication);
    expect(before).toContain('Response verify OK');
    expect(before).toContain(': good');
    authority.revoke(person.authentication.certificate, 'certificateHold');
    const after = await askWithOpenssl(person.authentication);
    expect(after).toContain(': revoked');
    expect(after).toContain('Reason: certificateHold');
  });

  it('answers unknown for a serial it never issued', async () => {
    const other = await Authority.create();
    const { authentication } = other.issuePerson();
    const asked = { ...authentication, caCertificate: authority.root('authentication', 2023).certificate };
    expect(await askWithOpenssl(asked)).toContain(': unknown');
  });

  it('answers malformed requests with their own status', async () => {
    const response = await fetch(`${server.url}/ocsp`, { method: 'POST', body: 'nonsense' });
    expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('30030a0101');
  });
});

describe('files', () => {
  it('are roots and CRLs under the names of their purpose and generation', async () => {
    const root = await fetch(`${server.url}/roots/signature-2015.cer`);
    expect(new Uint8Array(await root.arrayBuffer())).toEqual(
      new Uint8Array(authority.root('signature', 2015).certificate),
    );
    const crl = await fetch(`${server.url}/crl/authentication-next.crl`);
    expect(new Uint8Array(await crl.arrayBuffer())).toEqual(
      new Uint8Array(authority.crl('authentication', 'next')),
    );
    expect((await fetch(`${server.url}/crl/authentication-2001.crl`)).status).toBe(404);
  });

  it('are terminal certificates for those who prove the key', async () => {
    const key = await makeKey('rsa2048');
    const members = {
      format: 'kazasu/terminal-request/v1',
      gate: 'north-1',
      algorithm: 'rsa2048',
      spki: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    };
    const proof = sign('sha256', Buffer.from(canonicalJson(members)), key).toString('base64');
    const ask = (body: object): Promise<Response> =>
      fetch(`${server.url}/terminal-certificates/jpki-rsa`, { method: 'POST', body: JSON.stringify(body) });
    expect((await (await ask({ ...members, proof })).arrayBuffer()).byteLength).toBe(568);
    expect((await ask({ ...members, gate: 'south', proof })).status).toBe(400);
    const pemText = await (await fetch(`${server.url}/terminal-roots/jpki-rsa.pem`)).text();
    expect(pemText).toBe(authority.terminalRoot('jpki-rsa').spki);
  });
});

describe('the interface for verifiers', () => {
  let person: Person;

  beforeAll(() => {
    person = authority.issuePerson();
  });

  it('says what is good, revoked and unknown, in the order asked', async () => {
    const revoked = authority.issuePerson({ withoutSignature: true });
    authority.revoke(revoked.authentication.certificate, 'affiliationChanged');
    const unknown = { ...idOf(person.authentication), serial: '7fffffff' };
    const certificates = [idOf(person.authentication), unknown, idOf(revoked.authentication)];
    expect(await post('/validity', { purpose: 'authentication', certificates })).toMatchObject({
      answers: [{ state: 'good' }, { state: 'unknown' }, { state: 'revoked', reason: 'affiliationChanged' }],
    });
  });

  it('finds the authentication certificate of whoever signed', async () => {
    const certificates = [idOf(person.signature)];
    expect(await post('/correspondence', { certificates })).toMatchObject({
      answers: [{ state: 'found', certificate: idOf(person.authentication) }],
    });
  });

  it('follows renewals to the newest', async () => {
    const newest = authority.renew(authority.renew(person));
    const certificates = [idOf(person.authentication), idOf(newest.authentication)];
    expect(await post('/renewals', { certificates })).toMatchObject({
      answers: [{ state: 'renewed', certificate: idOf(newest.authentication) }, { state: 'none' }],
    });
  });

  it('refuses what is no request', async () => {
    const response = await fetch(`${server.url}/validity`, { method: 'POST', body: '{"purpose":"x"}' });
    expect(response.status).toBe(400);
  });
});
