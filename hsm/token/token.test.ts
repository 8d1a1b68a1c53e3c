import { describe, it, expect, beforeAll, afterAll } from 'vitest';
import { MODULE_KINDS, makeTokenBed, type TokenBed } from '../../test/token/modules.ts';
import { openToken, type Token } from './token.ts';
import { makeRsaKeyPair, makeEcKeyPair, makeSecretKey } from './make-key.ts';
import { publicKeyOf } from './find-key.ts';
import { rsaSigner, ecdsaSignature, hmacSha256 } from './sign.ts';
import { wrapSecret, unwrappedMacKey, wrapPrivateKey, unwrapPrivateKey } from './wrap.ts';
import { gcmEncrypt, gcmDecrypt } from './gcm.ts';
import { verify } from 'node:crypto';

describe.each(MODULE_KINDS)('a token of %s', (kind) => {
  let bed: TokenBed;
  let a: Token;
  let b: Token;
  beforeAll(async () => {
    bed = makeTokenBed(kind, ['gate a', 'gate b']);
    a = await openToken(bed.options('gate a'));
    b = await openToken(bed.options('gate b'));
  });
  afterAll(() => {
    a.close();
    b.close();
    bed.remove();
  });
  it('smoke', async () => {
    const key = await makeRsaKeyPair(a, { label: 'k', use: 'sign' });
    const sign = await rsaSigner(a, key);
    const m = Buffer.from('hello');
    const pk = await publicKeyOf(a, key);
    expect(verify('sha256', m, pk, await sign(m))).toBe(true);
    const ec = await makeEcKeyPair(a, { label: 'e', curve: 'P-384' });
    expect(
      verify(
        'sha384',
        m,
        { key: await publicKeyOf(a, ec), dsaEncoding: 'ieee-p1363' },
        await ecdsaSignature(a, ec, 'sha384', m),
      ),
    ).toBe(true);
    const ev = await makeSecretKey(a, { label: 'ev', use: 'mac', extractable: true });
    const tr = await makeRsaKeyPair(b, { label: 't', use: 'unwrap' });
    const w = await wrapSecret(a, ev, await publicKeyOf(b, tr), ['sha256', 'sha1']);
    const un = unwrappedMacKey(tr, w.wrapped, w.hash);
    expect(await hmacSha256(b, un, m)).toEqual(await hmacSha256(a, ev, m));
    const st = await makeSecretKey(a, { label: 'st', use: 'encrypt' });
    const iv = Buffer.alloc(12, 1);
    const sealed = await gcmEncrypt(a, st, iv, m, m);
    expect(Buffer.from(await gcmDecrypt(a, st, iv, m, sealed)).equals(m)).toBe(true);
    const sh = await makeRsaKeyPair(a, { label: 'sh', use: 'sign', extractable: true });
    const kek = await makeSecretKey(a, { label: 'kek', use: 'wrap', extractable: true, temporary: true });
    const pub = await publicKeyOf(a, sh);
    const wp = await wrapPrivateKey(a, sh, kek, await publicKeyOf(b, tr), ['sha256', 'sha1']);
    const got = await unwrapPrivateKey(b, tr, wp, { label: 'sh', publicKey: pub });
    expect(verify('sha256', m, pub, await (await rsaSigner(b, got))(m))).toBe(true);
    expect((await publicKeyOf(b, got)).equals(pub)).toBe(true);
    console.log(w.hash);
  });
});
