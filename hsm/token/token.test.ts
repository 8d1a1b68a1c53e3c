import { verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeTokenBed,
  MODULE_KINDS,
  TEST_OFFICER_PIN,
  TEST_PIN,
  type TokenBed,
} from '../../test/token/modules.ts';
import { destroyKey, findKeys, findOneKey, publicKeyOf } from './find-key.ts';
import { gcmDecrypt, gcmEncrypt } from './gcm.ts';
import { initialiseToken } from './initialise.ts';
import { makeEcKeyPair, makeRsaKeyPair, makeSecretKey } from './make-key.ts';
import { ecdsaSignature, hmacSha256, rsaSigner } from './sign.ts';
import { openToken, type Token } from './token.ts';
import { unwrappedMacKey, wrapSecret } from './wrap.ts';

const message = Buffer.from('held over the reader', 'utf8');

describe.each(MODULE_KINDS)('a token of %s', (kind) => {
  let bed: TokenBed;
  let token: Token;
  let other: Token;

  beforeAll(async () => {
    bed = makeTokenBed(kind, ['gate a', 'gate b', 'never opened']);
    token = await openToken(bed.options('gate a'));
    other = await openToken(bed.options('gate b'));
  });

  afterAll(() => {
    token.close();
    other.close();
    bed.remove();
  });

  it('signs with RSA-2048 as PKCS#1 v1.5 with SHA-256', async () => {
    const key = await makeRsaKeyPair(token, { label: 'rsa', use: 'sign' });
    const signature = await (await rsaSigner(token, key))(message);
    expect(verify('sha256', message, await publicKeyOf(token, key), signature)).toBe(true);
  });

  it.each([
    ['P-256', 'sha256', 64],
    ['P-384', 'sha384', 96],
  ] as const)('signs with %s as r‖s over %s', async (curve, hash, length) => {
    const key = await makeEcKeyPair(token, { label: curve, curve });
    const signature = await ecdsaSignature(token, key, hash, message);
    const publicKey = { key: await publicKeyOf(token, key), dsaEncoding: 'ieee-p1363' } as const;
    expect(signature).toHaveLength(length);
    expect(verify(hash, message, publicKey, signature)).toBe(true);
  });

  it('unwraps inside what another token wrapped, and computes the same HMAC', async () => {
    const secret = await makeSecretKey(token, { label: 'mac', use: 'mac', extractable: true });
    const transport = await makeRsaKeyPair(other, { label: 'transport', use: 'unwrap' });
    const { hash, wrapped } = await wrapSecret(token, secret, await publicKeyOf(other, transport), [
      'sha256',
      'sha1',
    ]);
    const unwrapped = unwrappedMacKey(transport, wrapped, hash);
    expect(await hmacSha256(other, unwrapped, message)).toEqual(await hmacSha256(token, secret, message));
  });

  it('wraps nothing that may not leave, where the module obeys', async () => {
    const secret = await makeSecretKey(token, { label: 'stays', use: 'mac' });
    const transport = await makeRsaKeyPair(other, { label: 'thief', use: 'unwrap' });
    const wrapping = wrapSecret(token, secret, await publicKeyOf(other, transport), ['sha1']);
    // NSS 3.87 does not obey, for which `token check` refuses it.
    if (kind === 'SoftHSM') await expect(wrapping).rejects.toMatchObject({ code: 'token-refused' });
    else await expect(wrapping).resolves.toMatchObject({ hash: 'sha1' });
  });

  it('opens with AES-GCM what it sealed, and nothing that was changed', async () => {
    const key = await makeSecretKey(token, { label: 'aes', use: 'encrypt' });
    const iv = Buffer.alloc(12, 7);
    const context = Buffer.from('row 1');
    const sealed = await gcmEncrypt(token, key, iv, context, message);
    expect(Buffer.from(await gcmDecrypt(token, key, iv, context, sealed))).toEqual(message);
    const changed = Uint8Array.from(sealed);
    changed[3] = (changed[3] ?? 0) ^ 1;
    await expect(gcmDecrypt(token, key, iv, context, changed)).rejects.toMatchObject({
      code: 'token-refused',
    });
  });

  it('runs more operations at once than it has sessions, each with its own answer', async () => {
    const key = await makeSecretKey(token, { label: 'many', use: 'mac' });
    const inputs = Array.from({ length: 40 }, (_, index) => Buffer.from([index]));
    const alone = [];
    for (const input of inputs) alone.push(await hmacSha256(token, key, input));
    expect(await Promise.all(inputs.map((input) => hmacSha256(token, key, input)))).toEqual(alone);
  });

  it('goes on after an operation that failed half way', async () => {
    const key = await makeSecretKey(token, { label: 'fails', use: 'encrypt' });
    const failing = Array.from({ length: 12 }, () =>
      gcmDecrypt(token, key, Buffer.alloc(12), Buffer.alloc(0), Buffer.alloc(20)).catch(() => 'refused'),
    );
    expect(new Set(await Promise.all(failing))).toEqual(new Set(['refused']));
    expect(token.state).toBe('ready');
    expect(await gcmEncrypt(token, key, Buffer.alloc(12), Buffer.alloc(0), message)).toHaveLength(36);
  });

  it('refuses a wrong PIN, also while the token is open with the right one', async () => {
    await expect(openToken({ ...bed.options('never opened'), pin: 'not-the-pin' })).rejects.toMatchObject({
      code: 'pin-wrong',
    });
    await expect(openToken({ ...bed.options('gate a'), pin: 'not-the-pin' })).rejects.toMatchObject({
      code: 'pin-wrong',
    });
  });

  it('is opened twice in one process, and closing one leaves the other', async () => {
    const second = await openToken(bed.options('gate a'));
    const key = await makeSecretKey(second, { label: 'both', use: 'mac' });
    second.close();
    await expect(hmacSha256(second, key, message)).rejects.toMatchObject({ code: 'token-closed' });
    expect(await hmacSha256(token, key, message)).toHaveLength(32);
  });

  it('says which token is not there', async () => {
    await expect(openToken(bed.options('no such'))).rejects.toMatchObject({
      code: 'token-not-found',
      message: expect.stringContaining('"no such"') as string,
    });
  });

  it('is not initialised over', () => {
    const { module, parameters } = bed.options('gate a');
    const again = (): void => {
      initialiseToken({
        module,
        ...(parameters === undefined ? {} : { parameters }),
        label: 'gate a',
        securityOfficerPin: TEST_OFFICER_PIN,
        pin: TEST_PIN,
      });
    };
    expect(again).toThrow(expect.objectContaining({ code: 'key-exists' }) as Error);
  });

  it('takes its parameters once a process', async () => {
    const wanting = { ...bed.options('gate a'), parameters: "configdir='sql:elsewhere'" };
    await expect(openToken(wanting)).rejects.toMatchObject({ code: 'module-in-use' });
  });

  it('holds no key after it was destroyed, in either half', async () => {
    const key = await makeEcKeyPair(token, { label: 'short life', curve: 'P-256' });
    await destroyKey(token, key);
    expect(await findKeys(token, 'private', 'short life')).toEqual([]);
    expect(await findKeys(token, 'public', 'short life')).toEqual([]);
    await expect(ecdsaSignature(token, key, 'sha256', message)).rejects.toMatchObject({
      code: 'key-not-found',
    });
  });

  it('does not guess between two keys of one label', async () => {
    await makeSecretKey(token, { label: 'twin', use: 'mac' });
    await makeSecretKey(token, { label: 'twin', use: 'mac' });
    await expect(findOneKey(token, 'secret', 'twin')).rejects.toMatchObject({ code: 'key-exists' });
  });

  it('stores nothing of a temporary key', async () => {
    const passing = await openToken(bed.options('gate b'));
    await makeSecretKey(passing, { label: 'passing', use: 'wrap', temporary: true });
    expect(await findKeys(passing, 'secret', 'passing')).toHaveLength(1);
    passing.close();
    expect(await findKeys(other, 'secret', 'passing')).toEqual([]);
  });
});

describe('a module', () => {
  it('that is not there is named', async () => {
    const missing = openToken({ module: 'no-such-module.so', token: 'any', pin: TEST_PIN });
    await expect(missing).rejects.toMatchObject({
      code: 'module-unusable',
      message: expect.stringContaining('no-such-module.so') as string,
    });
  });

  it('that is no library is named', async () => {
    const wrong = openToken({ module: import.meta.filename, token: 'any', pin: TEST_PIN });
    await expect(wrong).rejects.toMatchObject({ code: 'module-unusable' });
  });
});
