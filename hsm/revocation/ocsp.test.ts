import * as fc from 'fast-check';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import type { CertificateAuthority } from '../../test/authority/certificate-authority.ts';
import { writeCertificate, writeResponderCertificate } from '../../test/authority/certificates.ts';
import { makeKey } from '../../test/authority/key-pool.ts';
import { nameOf } from '../../test/authority/names.ts';
import { readOcspRequest } from '../../test/authority/ocsp-request.ts';
import {
  writeOcspError,
  writeOcspResponse,
  type OcspDescription,
  type SingleAnswer,
} from '../../test/authority/ocsp-response.ts';
import type { AuthorityServer } from '../../test/authority/server.ts';
import { extension, publicOf } from '../../test/authority/signed.ts';
import * as der from '../../test/encoding/der.ts';
import { importRoot, type Root } from '../certificate/root.ts';
import { checkOcspAnswer, type OcspQuestion } from './ocsp-answer.ts';
import { OcspClient } from './ocsp-client.ts';
import { certIdOf, writeOcspRequest } from './ocsp-request.ts';
import type { Revocation } from './revocation.ts';
import { withGrace } from './revocation-policy.ts';

const now = new Date('2026-11-21T09:00:00Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const serial = Uint8Array.of(0x87, 0x65, 0x43, 0x21);
const nonce = new Uint8Array(32).fill(9);

let authority: Authority;
let ca: CertificateAuthority;
let root: Root;
let responderKey: Awaited<ReturnType<typeof makeKey>>;
let question: OcspQuestion;

beforeAll(async () => {
  authority = await Authority.create({ now: () => now });
  ca = authority.root('authentication', 2023);
  root = importRoot(ca.certificate);
  responderKey = await makeKey('p384');
  question = { id: certIdOf(root, serial, 'sha256'), root, nonce, at: now };
});

/** The CertID as our own request writes it, read back by the sandbox's reader. */
function certId(number = serial, of: Root = root): Uint8Array {
  const request = readOcspRequest(writeOcspRequest(certIdOf(of, number, 'sha256'), nonce));
  return request.asked[0]?.certId ?? new Uint8Array(0);
}

function answer(changes: Partial<SingleAnswer> = {}): SingleAnswer {
  const good = { kind: 'good' } as const;
  return { certId: certId(), status: good, thisUpdate: now, nextUpdate: later(60), ...changes };
}

function response(changes: Partial<OcspDescription> = {}): Uint8Array {
  return writeOcspResponse({ signerKey: ca.key, producedAt: now, answers: [answer()], nonce, ...changes });
}

function check(bytes: Uint8Array, changes: Partial<OcspQuestion> = {}): Revocation {
  return checkOcspAnswer(bytes, { ...question, ...changes });
}

function refusal(code: string): object {
  return expect.objectContaining({ name: 'RevocationError', code }) as object;
}

describe('an OCSP answer signed by the root', () => {
  it('says good, revoked or unknown', () => {
    expect(check(response())).toEqual({ status: 'good', source: 'ocsp', asOf: now });
    const revoked = { kind: 'revoked', at: later(-99), reason: 'superseded' } as const;
    expect(check(response({ answers: [answer({ status: revoked })] }))).toEqual({
      status: 'revoked',
      source: 'ocsp',
      reason: 'superseded',
      at: later(-99),
      asOf: now,
    });
    const unknown = answer({ status: { kind: 'unknown' } });
    expect(check(response({ answers: [unknown] }))).toEqual({ status: 'unknown' });
  });

  it('may name its signer by name', () => {
    expect(check(response({ responderName: ca.name })).status).toBe('good');
  });

  it.each([
    ['another nonce', { nonce: new Uint8Array(32) }],
    ['a nonce cut short', { nonce: nonce.subarray(1) }],
  ])('is refused with %s', (_, changes) => {
    expect(() => check(response(changes))).toThrow(refusal('wrong-nonce'));
  });

  it('is refused without a nonce', () => {
    const bytes = writeOcspResponse({ signerKey: ca.key, producedAt: now, answers: [answer()] });
    expect(() => check(bytes)).toThrow(refusal('wrong-nonce'));
  });

  it('is refused where it is about another certificate, or twice about this one', () => {
    const other = answer({ certId: certId(Uint8Array.of(1)) });
    expect(() => check(response({ answers: [other] }))).toThrow(refusal('wrong-certificate'));
    const elsewhere = importRoot(authority.root('authentication', 2019).certificate);
    const otherIssuer = answer({ certId: certId(serial, elsewhere) });
    expect(() => check(response({ answers: [otherIssuer] }))).toThrow(refusal('wrong-certificate'));
    expect(() => check(response({ answers: [answer(), answer()] }))).toThrow(refusal('wrong-certificate'));
    expect(check(response({ answers: [other, answer()] })).status).toBe('good');
  });

  it('is stale after nextUpdate, its last second included, grace where the policy gives some', () => {
    expect(check(response(), { at: later(60) }).status).toBe('good');
    expect(check(response(), { at: later(61) })).toEqual({ status: 'stale', since: later(60) });
    expect(check(response(), { at: later(61), policy: withGrace(1) }).status).toBe('good');
  });

  it('without nextUpdate holds as long as it is fresh', () => {
    const status = { kind: 'good' } as const;
    const bytes = response({ answers: [{ certId: certId(), status, thisUpdate: now }] });
    expect(check(bytes, { at: later(299) }).status).toBe('good');
    expect(check(bytes, { at: later(301) }).status).toBe('stale');
  });

  it('is refused from the future, beyond what clocks differ', () => {
    expect(check(response(), { at: later(-60) }).status).toBe('good');
    expect(() => check(response(), { at: later(-61) })).toThrow(refusal('not-yet-valid'));
    expect(() => check(response(), { at: new Date(NaN) })).toThrow(refusal('not-yet-valid'));
  });

  it('is refused with an unknown critical extension, on the whole or on one answer', () => {
    const extensions = [extension('1.2.3.4', der.nothing(), true)];
    expect(() => check(response({ extensions }))).toThrow(refusal('unknown-critical-extension'));
    const one = answer({ extensions });
    expect(() => check(response({ answers: [one] }))).toThrow(refusal('unknown-critical-extension'));
    const harmless = [extension('1.2.3.4', der.nothing())];
    expect(check(response({ extensions: harmless })).status).toBe('good');
  });

  it('is refused where it writes a version', () => {
    expect(() => check(response({ version: 0 }))).toThrow(refusal('wrong-version'));
  });

  it.each([1, 2, 3, 6])('is none where the responder will not answer: status %i', (status) => {
    expect(() => check(writeOcspError(status))).toThrow(refusal('responder-refused'));
  });
});

describe('an OCSP answer signed by another', () => {
  const subject = nameOf(['C', 'JP'], ['CN', 'responder']);
  const usual = (): Parameters<typeof writeResponderCertificate>[1] => ({
    serial: 2n,
    issuerKey: ca.key,
    subject,
    validity: { notBefore: later(-60), notAfter: later(60) },
    publicKey: publicOf(responderKey),
  });
  const delegated = (certificate: Uint8Array): Uint8Array =>
    response({ signerKey: responderKey, certificates: [certificate] });

  it('counts where the root made the signer its responder', () => {
    expect(check(delegated(writeResponderCertificate('authentication', usual()))).status).toBe('good');
    const named = { signerKey: responderKey, responderName: subject };
    const certificates = [writeResponderCertificate('authentication', usual())];
    expect(check(response({ ...named, certificates })).status).toBe('good');
  });

  it('is refused where the root did not, or another generation did', () => {
    expect(() => check(response({ signerKey: responderKey }))).toThrow(refusal('wrong-signer'));
    const older = { ...usual(), issuerKey: authority.root('authentication', 2019).key };
    const certificate = writeResponderCertificate('authentication', older);
    expect(() => check(delegated(certificate))).toThrow(refusal('wrong-signer'));
    expect(() => check(response({ signerKey: authority.root('authentication', 2019).key }))).toThrow(
      refusal('wrong-signer'),
    );
  });

  it('is refused before and after the responder’s time', () => {
    const certificate = writeResponderCertificate('authentication', usual());
    expect(() => check(delegated(certificate), { at: later(61), policy: withGrace(1) })).toThrow(
      refusal('wrong-signer'),
    );
    const tomorrow = { ...usual(), validity: { notBefore: later(9), notAfter: later(60) } };
    expect(() => check(delegated(writeResponderCertificate('authentication', tomorrow)))).toThrow(
      refusal('wrong-signer'),
    );
  });

  it.each([
    ['is not for OCSP', ['1.3.6.1.5.5.7.3.2'], true, 0, 'wrong-signer'],
    ['is for any use', ['2.5.29.37.0'], true, 0, 'wrong-signer'],
    ['may not sign', ['1.3.6.1.5.5.7.3.9'], true, 5, 'wrong-signer'],
    ['could itself be revoked', ['1.3.6.1.5.5.7.3.9'], false, 0, 'responder-may-be-revoked'],
  ] as const)('is refused where its certificate %s', (_, uses, noCheck, usage, code) => {
    const certificate = writeCertificate({
      ...usual(),
      issuer: ca.name,
      extensions: [
        extension('2.5.29.15', der.namedBits(usage), true),
        extension('2.5.29.37', der.sequence(...uses.map(der.oid))),
        ...(noCheck ? [extension('1.3.6.1.5.5.7.48.1.5', der.nothing())] : []),
      ],
    });
    expect(() => check(delegated(certificate))).toThrow(refusal(code));
  });

  it('is refused to an ordinary card, though the root signed its certificate', () => {
    const { certificate, privateKey } = authority.issuePerson({ withoutSignature: true }).authentication;
    const bytes = response({ signerKey: privateKey, certificates: [certificate] });
    expect(() => check(bytes)).toThrow(refusal('wrong-signer'));
  });
});

describe('an OCSP request', () => {
  it('is read by the sandbox as it was meant, whatever the serial', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        fc.constantFrom('sha1', 'sha256'),
        (bytes, hash) => {
          fc.pre(bytes[0] !== 0);
          const id = certIdOf(root, bytes, hash);
          const read = readOcspRequest(writeOcspRequest(id, nonce));
          expect(read.asked).toHaveLength(1);
          expect(read.asked[0]?.hash).toBe(hash);
          expect(Buffer.from(read.asked[0]?.serial ?? [])).toEqual(Buffer.from(bytes));
          expect(Buffer.from(read.nonce ?? [])).toEqual(Buffer.from(nonce));
        },
      ),
    );
  });
});

describe('the OCSP client', () => {
  let server: AuthorityServer;
  let broken: Server;
  let brokenUrl: string;

  beforeAll(async () => {
    server = await authority.serve();
    broken = createServer((request, reply) => {
      if (request.url === '/endless') {
        const more = (): void => {
          while (reply.write(Buffer.alloc(65_536)));
        };
        reply.on('drain', more);
        more();
      } else if (request.url !== '/silent') reply.writeHead(500).end();
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    brokenUrl = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await server.close();
    broken.closeAllConnections();
    await new Promise((resolve) => broken.close(resolve));
  });

  it.each(['sha1', 'sha256'] as const)('hears what the authority says of a card, by %s', async (hash) => {
    const { authentication } = authority.issuePerson({ withoutSignature: true });
    const client = new OcspClient({ url: `${server.url}/ocsp`, hash });
    expect((await client.check(authentication.serial, root, now)).status).toBe('good');
    authority.revoke(authentication.certificate, 'certificateHold');
    expect(await client.check(authentication.serial, root, now)).toMatchObject({ reason: 'certificateHold' });
    expect(await client.check(Uint8Array.of(1, 2), root, now)).toEqual({ status: 'unknown' });
  });

  it.each([
    ['fails', '/fails', 'not-answered'],
    ['never answers', '/silent', 'not-answered'],
    ['never ends', '/endless', 'too-long'],
  ])('gives up on a responder that %s', async (_, path, code) => {
    const client = new OcspClient({ url: brokenUrl + path, timeout: 300 });
    await expect(client.check(serial, root, now)).rejects.toThrow(refusal(code));
  });

  it('gives up where nobody listens', async () => {
    const client = new OcspClient({ url: 'http://127.0.0.1:9/ocsp' });
    await expect(client.check(serial, root, now)).rejects.toThrow(refusal('not-answered'));
  });
});
