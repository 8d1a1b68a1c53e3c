import { X509Certificate, type KeyObject, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../authority/authority.ts';
import type { Credential, Person } from '../authority/person.ts';
import { sandboxPins } from '../card/card-contents.ts';
import { cardKinds } from '../card/kinds.ts';
import { ordinaryCard } from '../card/ordinary-card.ts';
import { type PrivatePcscd, startPrivatePcscd } from '../reader/private-pcscd.ts';
import { type Outcome, runOpensc, slotOf, triesIn } from './opensc.ts';

let folder: string;
let pcscd: PrivatePcscd;
let person: Person;

/** Which reader which card lies on; the last card is for those who guess at PINs. */
const reader = { grownUp: 0, child: 1, guessed: 2 } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-opensc-'));
  const authority = await Authority.create();
  const terminalRoot = authority.terminalRoot('jpki-rsa');
  person = authority.issuePerson();
  const child = authority.issuePerson(cardKinds.child.holder);
  pcscd = await startPrivatePcscd({ folder, readers: 3 });
  await Promise.all([
    pcscd.insert(reader.grownUp, ordinaryCard({ holder: person, terminalRoot })),
    pcscd.insert(reader.child, cardKinds.child.make({ holder: child, terminalRoot })),
    pcscd.insert(reader.guessed, ordinaryCard({ holder: person, terminalRoot })),
  ]);
});

afterAll(async () => {
  await pcscd.close();
  await rm(folder, { recursive: true });
});

const run = (program: string, ...options: string[]): Promise<Outcome> =>
  runOpensc(pcscd.socket, program, ...options);

function signatureCredential(): Credential {
  if (person.signature === undefined) throw new Error('A grown-up has a signature certificate.');
  return person.signature;
}

async function fileOf(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('OpenSC, unchanged', () => {
  it('takes the virtual card for a JPKI card', async () => {
    const { status, said } = await run('opensc-tool', '--reader', '0', '--name');
    expect(said).toMatch(/^jpki$/m);
    expect(status).toBe(0);
  });

  it('lists PINs, keys and certificates', async () => {
    const { status, said } = await run('pkcs15-tool', '--reader', '0', '--dump');
    expect(status).toBe(0);
    expect(said).toContain('PKCS#15 Card [JPKI]');
    for (const what of ['User Authentication', 'Digital Signature']) {
      expect(said).toContain(`PIN [${what} PIN]`);
      expect(said).toContain(`Private RSA Key [${what} Key]`);
      expect(said).toContain(`X.509 Certificate [${what} Certificate]`);
      expect(said).toContain(`X.509 Certificate [${what} Certificate CA]`);
    }
    expect(triesIn(said)).toEqual([3, 5]);
  });

  it('says of a child card that its signature PIN was never set', async () => {
    const { said } = await run('pkcs15-tool', '--reader', '1', '--list-pins');
    expect(triesIn(said)).toEqual([3, 0]);
  });

  it('reads the authentication certificate, which openssl verifies', async () => {
    const { said } = await run('pkcs15-tool', '--reader', '0', '--read-certificate', '01');
    const read = new X509Certificate(pemIn(said));
    expect(read.raw).toEqual(Buffer.from(person.authentication.certificate));
    const root = await fileOf(
      'root.pem',
      new X509Certificate(person.authentication.caCertificate).toString(),
    );
    const user = await fileOf('user.pem', read.toString());
    expect(await run('openssl', 'verify', '-x509_strict', '-CAfile', root, user)).toMatchObject({
      status: 0,
    });
  });

  it('reads both CA certificates out of their padded files', async () => {
    const read = async (id: string): Promise<Buffer> =>
      new X509Certificate(pemIn((await run('pkcs15-tool', '--reader', '0', '--read-certificate', id)).said))
        .raw;
    expect(await read('03')).toEqual(Buffer.from(person.authentication.caCertificate));
    expect(await read('04')).toEqual(Buffer.from(signatureCredential().caCertificate));
  });

  it('does not get the signature certificate without its PIN', async () => {
    const { said } = await run('pkcs15-tool', '--reader', '0', '--read-certificate', '02');
    expect(said).not.toContain('BEGIN CERTIFICATE');
  });

  it('gets the signature certificate with its PIN', async () => {
    const options = ['--verify-pin', '--auth-id', '02', '--pin', sandboxPins.signature];
    const { said } = await run('pkcs15-tool', '--reader', '0', ...options, '--read-certificate', '02');
    expect(new X509Certificate(pemIn(said)).raw).toEqual(Buffer.from(signatureCredential().certificate));
  });

  it.each(['authentication', 'signature'] as const)(
    'lists the %s key to who knows its PIN',
    async (purpose) => {
      const login = ['--slot', slotOf(reader.grownUp, purpose), '--login', '--pin', sandboxPins[purpose]];
      const { status, said } = await run('pkcs11-tool', ...login, '--list-objects');
      expect(status).toBe(0);
      expect(said).toContain('Private Key Object; RSA');
    },
  );

  it.each([
    ['authentication', 'SHA256-RSA-PKCS'],
    ['signature', 'SHA256-RSA-PKCS'],
  ] as const)('signs with the %s key by %s, and the signature verifies', async (purpose, mechanism) => {
    const message = Buffer.from('かざす');
    const input = await fileOf(`${purpose}.in`, message);
    const output = join(folder, `${purpose}.out`);
    const login = ['--slot', slotOf(reader.grownUp, purpose), '--login', '--pin', sandboxPins[purpose]];
    const files = ['--input-file', input, '--output-file', output];
    const { status } = await run('pkcs11-tool', ...login, '--sign', '--mechanism', mechanism, ...files);
    expect(status).toBe(0);
    expect(verify('sha256', message, publicKeyOf(purpose), await readFile(output))).toBe(true);
  });

  it('signs a DigestInfo with the plain RSA-PKCS', async () => {
    const message = Buffer.from('かざす');
    const digest = await crypto.subtle.digest('SHA-256', message);
    const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const input = await fileOf('plain.in', Buffer.concat([prefix, Buffer.from(digest)]));
    const output = join(folder, 'plain.out');
    const login = [
      '--slot',
      slotOf(reader.grownUp, 'authentication'),
      '--login',
      '--pin',
      sandboxPins.authentication,
    ];
    const files = ['--input-file', input, '--output-file', output];
    expect(await run('pkcs11-tool', ...login, '--sign', '--mechanism', 'RSA-PKCS', ...files)).toMatchObject({
      status: 0,
    });
    expect(verify('sha256', message, publicKeyOf('authentication'), await readFile(output))).toBe(true);
  });

  it('sees a wrong PIN count down, and a right one count up again', async () => {
    const guess = (pin: string): Promise<Outcome> =>
      run('pkcs15-tool', '--reader', '2', '--verify-pin', '--auth-id', '01', '--pin', pin);
    const tries = async (): Promise<number[]> =>
      triesIn((await run('pkcs15-tool', '--reader', '2', '--list-pins')).said);
    expect((await guess('0000')).status).not.toBe(0);
    expect(await tries()).toEqual([2, 5]);
    expect((await guess('0001')).status).not.toBe(0);
    expect(await tries()).toEqual([1, 5]);
    expect((await guess(sandboxPins.authentication)).status).toBe(0);
    expect(await tries()).toEqual([3, 5]);
  });

  it('does not sign with a wrong PIN', async () => {
    const input = await fileOf('refused.in', 'かざす');
    const output = join(folder, 'refused.out');
    const login = ['--slot', slotOf(reader.guessed, 'signature'), '--login', '--pin', 'WRONG1'];
    const files = ['--input-file', input, '--output-file', output];
    const { status } = await run(
      'pkcs11-tool',
      ...login,
      '--sign',
      '--mechanism',
      'SHA256-RSA-PKCS',
      ...files,
    );
    expect(status).not.toBe(0);
    await expect(readFile(output)).rejects.toThrow();
  });
});

function pemIn(said: string): string {
  const [pem] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(said) ?? [];
  if (pem === undefined) throw new Error(`There is no certificate in: ${said}`);
  return pem;
}

function publicKeyOf(purpose: 'authentication' | 'signature'): KeyObject {
  const credential = purpose === 'authentication' ? person.authentication : signatureCredential();
  return new X509Certificate(credential.certificate).publicKey;
}
