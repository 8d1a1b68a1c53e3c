// Our OCSP client against the responder that everyone has: `openssl ocsp`, a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { X509Certificate, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importRoot, type Root } from '../../hsm/certificate/root.ts';
import { OcspClient } from '../../hsm/revocation/ocsp-client.ts';
import { Authority } from '../authority/authority.ts';
import { writeResponderCertificate } from '../authority/certificates.ts';
import { makeKey } from '../authority/key-pool.ts';
import { nameOf } from '../authority/names.ts';
import type { Person } from '../authority/person.ts';
import { publicOf } from '../authority/signed.ts';

const day = 86_400_000;

let folder: string;
let authority: Authority;
let root: Root;
let good: Person;
let revoked: Person;
const responders: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-openssl-ocsp-'));
  authority = await Authority.create();
  const ca = authority.root('authentication', 2023);
  root = importRoot(ca.certificate);
  good = authority.issuePerson({ withoutSignature: true });
  revoked = authority.issuePerson({ withoutSignature: true });
  file('ca.pem', pem(ca.certificate));
  file('ca.key', pkcs8(ca.key));
  const key = await makeKey('rsa2048');
  const now = Date.now();
  const certificate = writeResponderCertificate('authentication', {
    serial: 3n,
    issuerKey: ca.key,
    subject: nameOf(['C', 'JP'], ['CN', 'openssl']),
    validity: { notBefore: new Date(now - day), notAfter: new Date(now + day) },
    publicKey: publicOf(key),
  });
  file('responder.pem', pem(certificate));
  file('responder.key', pkcs8(key));
  const line = (state: string, person: Person): string => {
    const serial = Buffer.from(person.authentication.serial).toString('hex').toUpperCase();
    const when = state === 'R' ? '260101000000Z,keyCompromise' : '';
    return `${state}\t491231235959Z\t${when}\t${serial}\tunknown\t/CN=x\n`;
  };
  file('index.txt', line('V', good) + line('R', revoked));
});

afterAll(async () => {
  for (const responder of responders) {
    if (responder.exitCode !== null) continue;
    responder.kill();
    await once(responder, 'exit');
  }
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function pem(certificate: Uint8Array): string {
  return new X509Certificate(certificate).toString();
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Starts a responder on a port that the system picks, and answers its address. */
async function responder(signer: 'ca' | 'responder', ...more: readonly string[]): Promise<string> {
  const at = (name: string): string => join(folder, name);
  const signing = ['-rsigner', at(`${signer}.pem`), '-rkey', at(`${signer}.key`)];
  const database = ['-index', at('index.txt'), '-CA', at('ca.pem')];
  const child = spawn('openssl', ['ocsp', '-port', '0', ...database, ...signing, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  responders.push(child);
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const port = /ACCEPT .*?:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return `http://127.0.0.1:${port}/`;
  }
  throw new Error(`openssl ocsp did not start: ${said}`);
}

describe('openssl ocsp', () => {
  it.each([
    ['the CA itself', 'ca', 'sha256', ['-nmin', '5']],
    ['its delegate', 'responder', 'sha256', ['-nmin', '5']],
    ['its delegate, named by key', 'responder', 'sha1', ['-nmin', '5', '-resp_key_id']],
    ['its delegate, without nextUpdate', 'responder', 'sha1', []],
  ] as const)('is understood as %s', async (_, signer, hash, more) => {
    const client = new OcspClient({ url: await responder(signer, ...more), hash });
    const ask = (serial: Uint8Array): ReturnType<OcspClient['check']> =>
      client.check(serial, root, new Date());
    expect(await ask(good.authentication.serial)).toMatchObject({ status: 'good', source: 'ocsp' });
    expect(await ask(revoked.authentication.serial)).toMatchObject({
      status: 'revoked',
      reason: 'keyCompromise',
      at: new Date('2026-01-01T00:00:00Z'),
    });
    expect(await ask(Uint8Array.of(9, 9, 9))).toEqual({ status: 'unknown' });
  });

  it('is refused where it signs with SHA-1', async () => {
    const client = new OcspClient({ url: await responder('ca', '-rmd', 'sha1') });
    await expect(client.check(good.authentication.serial, root, new Date())).rejects.toMatchObject({
      code: 'unsupported-algorithm',
    });
  });
});
