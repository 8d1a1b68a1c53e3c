import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rootCertificate, writeCertificate } from '../../test/certificates/describe-certificate.ts';
import { makeCorpusKeys } from '../../test/certificates/keys.ts';
import { importRoot } from '../certificate/root.ts';
import { readTerminalRoot } from './terminal-root.ts';
import { TrustError } from './trust-error.ts';
import { TrustStore } from './trust-store.ts';

const keys = await makeCorpusKeys();
const root = importRoot(writeCertificate(rootCertificate(keys.root)));
const older = importRoot(writeCertificate(rootCertificate(keys.olderRoot)));
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const terminal = readTerminalRoot(spki, 'eac-p384', '4A504B415A');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-trust-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function storeWithAll(): Promise<TrustStore> {
  const store = await TrustStore.open(folder);
  await store.addRoot(root, 'authentication');
  await store.addRoot(older, 'authentication');
  await store.addTerminalRoot(terminal);
  return store;
}

describe('the trust store', () => {
  it('is empty where there is no folder yet', async () => {
    const store = await TrustStore.open(join(folder, 'not', 'there'));
    expect([store.roots('authentication'), store.terminalRoots(), store.refused]).toEqual([[], [], []]);
  });

  it('gives back what was added, after it was opened anew', async () => {
    const added = await storeWithAll();
    const store = await TrustStore.open(folder);
    const fingerprints = store.roots('authentication').map((each) => each.fingerprint);
    expect(fingerprints).toEqual([root.fingerprint, older.fingerprint].sort());
    expect(store.roots('signature')).toEqual([]);
    expect(store.terminalRoots('eac-p384')).toMatchObject([
      { reference: terminal.reference, spki: terminal.spki },
    ]);
    expect(store.terminalRoots('jpki-rsa')).toEqual([]);
    expect(added.roots('authentication')).toHaveLength(2);
  });

  it('holds a root once, however often it is added', async () => {
    const store = await storeWithAll();
    await store.addRoot(root, 'authentication');
    await store.addTerminalRoot(terminal);
    expect(store.roots('authentication')).toHaveLength(2);
    expect(store.terminalRoots()).toHaveLength(1);
  });

  it('leaves nothing but whole files behind', async () => {
    await storeWithAll();
    expect((await readdir(join(folder, 'authentication'))).sort()).toEqual(
      [`${root.fingerprint}.pem`, `${older.fingerprint}.pem`].sort(),
    );
  });

  it('takes no notice of a file that was never finished', async () => {
    await storeWithAll();
    await writeFile(join(folder, 'authentication', `.${root.fingerprint}.pem.0000`), '-----BEGIN');
    expect((await TrustStore.open(folder)).refused).toEqual([]);
  });

  it.each([
    ['damaged', (text: string) => text.replace('M', 'N')],
    ['cut short', (text: string) => text.slice(0, 100)],
    ['empty', () => ''],
    ['far too long', (text: string) => text + ' '.repeat(100_000)],
  ])('refuses a file by its name that is %s, and keeps the others', async (_, damage) => {
    await storeWithAll();
    const file = join(folder, 'authentication', `${root.fingerprint}.pem`);
    await writeFile(file, damage(await readFile(file, 'latin1')));
    const store = await TrustStore.open(folder);
    expect(store.refused).toMatchObject([{ file }]);
    expect(store.roots('authentication')).toMatchObject([{ fingerprint: older.fingerprint }]);
  });

  it('refuses a root that stands under another’s name', async () => {
    await storeWithAll();
    const place = join(folder, 'authentication');
    await rename(join(place, `${older.fingerprint}.pem`), join(place, `${root.fingerprint}.pem`));
    const store = await TrustStore.open(folder);
    expect(store.roots('authentication')).toEqual([]);
    expect(store.refused).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{'],
    ['of another format', '{"format":"kazasu/terminal-root/v2"}'],
    [
      'with a field too many',
      JSON.stringify({ format: 'kazasu/terminal-root/v1', profile: 'x', spki, more: 1 }),
    ],
    ['with a weak key', JSON.stringify({ format: 'kazasu/terminal-root/v1', profile: 'x', spki: weakKey() })],
  ])('refuses a terminal root file %s', async (_, text) => {
    await mkdir(join(folder, 'terminal'));
    await writeFile(join(folder, 'terminal', 'A.json'), text);
    const store = await TrustStore.open(folder);
    expect(store.terminalRoots()).toEqual([]);
    expect(store.refused).toHaveLength(1);
  });

  it('says so where it cannot write', async () => {
    const store = await TrustStore.open(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere'), 'a file where a folder should be');
    await expect(store.addRoot(root, 'signature')).rejects.toThrow(TrustError);
  });
});

describe('a terminal root key', () => {
  it.each([
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'jpki-rsa',
      undefined,
      'not-a-key',
    ],
    ['a weak key', weakKey(), 'jpki-rsa', undefined, 'not-a-key'],
    ['no profile', spki, '', undefined, 'profile-needed'],
    ['a profile that is a path', spki, '../x', undefined, 'profile-needed'],
    ['a reference that is not hexadecimal', spki, 'eac-p384', 'xyz', 'bad-reference'],
    ['a reference that is too long', spki, 'eac-p384', '00'.repeat(17), 'bad-reference'],
    ['an empty reference', spki, 'eac-p384', '', 'bad-reference'],
  ])('is not made of %s', (_, pem, profile, reference, code) => {
    expect(() => readTerminalRoot(pem, profile, reference)).toThrow(expect.objectContaining({ code }));
  });
});

function weakKey(): string {
  return createPublicKey(keys.rsa1024).export({ type: 'spki', format: 'pem' }).toString();
}
