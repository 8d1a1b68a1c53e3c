import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import type { Credential, Person } from '../../test/authority/person.ts';
import type { AuthorityServer } from '../../test/authority/server.ts';
import { HttpAuthority } from './http-authority.ts';
import type { CertificateReference } from './validity-authority.ts';

let sandbox: Authority;
let server: AuthorityServer;
let authority: HttpAuthority;
let person: Person;

beforeAll(async () => {
  sandbox = await Authority.create();
  server = await sandbox.serve();
  authority = new HttpAuthority({ url: `${server.url}/` });
  person = sandbox.issuePerson();
});

afterAll(async () => {
  await server.close();
});

function referenceTo(credential: Credential | undefined): CertificateReference {
  if (credential === undefined) throw new Error('no certificate');
  const { keyId } = sandbox.root(credential.purpose, credential.generation);
  return { issuerKeyId: keyId, serial: credential.serial };
}

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

describe('the authority over HTTP', () => {
  it('says what is good, revoked and unknown, in the order asked', async () => {
    const revoked = sandbox.issuePerson({ withoutSignature: true }).authentication;
    sandbox.revoke(revoked.certificate, 'affiliationChanged');
    const asked = [referenceTo(revoked), { ...referenceTo(revoked), serial: Uint8Array.of(1) }];
    const answers = await authority.validity('authentication', [
      ...asked,
      referenceTo(person.authentication),
    ]);
    expect(answers).toMatchObject([
      { status: 'revoked', reason: 'affiliationChanged', at: expect.any(Date) as Date },
      { status: 'unknown' },
      { status: 'good', asOf: expect.any(Date) as Date },
    ]);
  });

  it('answers for signature certificates, too, and for the purpose asked alone', async () => {
    const signature = referenceTo(person.signature);
    expect(await authority.validity('signature', [signature])).toMatchObject([{ status: 'good' }]);
    expect(await authority.validity('authentication', [signature])).toMatchObject([{ status: 'unknown' }]);
  });

  it('finds the authentication certificate of whoever signed, with what a serial hash needs', async () => {
    const [own, none] = await authority.correspondence([
      referenceTo(person.signature),
      referenceTo(person.authentication),
    ]);
    expect(hex(own?.serial)).toBe(hex(person.authentication.serial));
    expect(hex(own?.issuer)).toBe(hex(sandbox.root('authentication', 2023).name));
    expect(none).toBeUndefined();
  });

  it('tells what a certificate was renewed into, over several renewals', async () => {
    const old = sandbox.issuePerson({ withoutSignature: true });
    const newest = sandbox.renew(sandbox.renew(old), { generation: 'next' });
    const asked = [referenceTo(old.authentication), referenceTo(newest.authentication)];
    const [renewal, none] = await authority.renewals(asked);
    expect(hex(renewal?.certificate.serial)).toBe(hex(newest.authentication.serial));
    expect(hex(renewal?.certificate.issuerKeyId)).toBe(hex(sandbox.root('authentication', 'next').keyId));
    expect(none).toBeUndefined();
  });

  it('asks nothing where there is nothing to ask', async () => {
    const nowhere = new HttpAuthority({ url: 'http://127.0.0.1:9' });
    expect(await nowhere.validity('authentication', [])).toEqual([]);
  });

  it.each(['ftp://example.invalid', 'nonsense', ''])('takes no address such as %j', (url) => {
    expect(() => new HttpAuthority({ url })).toThrow(expect.objectContaining({ code: 'bad-address' }));
  });
});

describe('an authority that is in trouble', () => {
  let troubled: Server;
  let url: string;
  let asked: number;
  let pauses: number[];
  let reply: (request: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    troubled = createServer((request, response) => {
      asked += 1;
      reply(request, response);
    });
    await new Promise<void>((resolve) => troubled.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(troubled.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    asked = 0;
    pauses = [];
  });

  afterAll(async () => {
    troubled.closeAllConnections();
    await new Promise((resolve) => troubled.close(resolve));
  });

  function ask(timeout = 5000): Promise<unknown> {
    const pause = (milliseconds: number): Promise<unknown> => Promise.resolve(pauses.push(milliseconds));
    const troubledAuthority = new HttpAuthority({ url, timeout, pause });
    return troubledAuthority.validity('authentication', [referenceTo(person.authentication)]);
  }

  function answering(status: number, body = '', headers = {}): void {
    reply = (_, response) => response.writeHead(status, headers).end(body);
  }

  const refusal = (code: string): object =>
    expect.objectContaining({ name: 'ValidityError', code }) as object;

  it('is asked again while it is busy, after longer and longer pauses', async () => {
    answering(503);
    await expect(ask()).rejects.toThrow(refusal('busy'));
    expect([asked, pauses]).toEqual([3, [250, 500]]);
  });

  it('is left alone as long as it asks for, up to a limit', async () => {
    answering(429, '', { 'retry-after': '7' });
    await expect(ask()).rejects.toThrow(refusal('busy'));
    expect(pauses).toEqual([7000, 7000]);
    pauses = [];
    answering(503, '', { 'retry-after': '999999' });
    await expect(ask()).rejects.toThrow(refusal('busy'));
    expect(pauses).toEqual([30_000, 30_000]);
  });

  it('is heard once it is well again', async () => {
    const good = JSON.stringify({ at: '2026-11-21T09:00:00.000Z', answers: [{ state: 'good' }] });
    reply = (_, response) => response.writeHead(asked < 3 ? 502 : 200).end(good);
    expect(await ask()).toMatchObject([{ status: 'good' }]);
    expect(asked).toBe(3);
  });

  it('is asked again where it hangs up', async () => {
    reply = (request) => request.socket.destroy();
    await expect(ask()).rejects.toThrow(refusal('unreachable'));
    expect(asked).toBe(3);
  });

  it('is not waited for for ever', async () => {
    reply = () => undefined;
    await expect(ask(100)).rejects.toThrow(refusal('timed-out'));
    expect(asked).toBe(3);
  });

  it.each([400, 401, 403, 404])('is not asked again where it said no: %i', async (status) => {
    answering(status);
    await expect(ask()).rejects.toThrow(refusal('refused'));
    expect(asked).toBe(1);
  });

  it('is not followed elsewhere', async () => {
    answering(302, '', { location: `${server.url}/validity` });
    await expect(ask()).rejects.toThrow(refusal('unreachable'));
  });

  it.each([
    ['not JSON', 'serial 12345678'],
    ['nothing', ''],
    ['another shape', '{"answers":[{"state":"good"}]}'],
    ['too few answers', '{"at":"2026-11-21T09:00:00Z","answers":[]}'],
    ['a state nobody agreed on', '{"at":"2026-11-21T09:00:00Z","answers":[{"state":"fine"}]}'],
    ['a date that is none', '{"at":"yesterday","answers":[{"state":"good"}]}'],
  ])('is not understood where it answers %s', async (_, body) => {
    answering(200, body);
    const error = await ask().catch((reason: unknown) => reason);
    expect(error).toEqual(refusal('answer-not-understood'));
    expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain('12345678');
    expect(asked).toBe(1);
  });

  it('cannot answer without end', async () => {
    reply = (_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536, ' ')));
      };
      response.on('drain', more);
      more();
    };
    await expect(ask()).rejects.toThrow(refusal('answer-too-long'));
  });

  it('ends in our own error whatever JSON it answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        answering(200, body);
        await expect(ask()).rejects.toThrow(refusal('answer-not-understood'));
      }),
    );
  });
});
