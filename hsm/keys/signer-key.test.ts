import { p256 } from '@noble/curves/nist.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenBed, MODULE_KINDS, type TokenBed } from '../../test/token/modules.ts';
import { openToken, type Token } from '../token/token.ts';
import { makeSigner, openSigner } from './signer-key.ts';
import { makeTransportKey } from './transport-key.ts';

describe.each(MODULE_KINDS)('a signer in %s', (kind) => {
  let bed: TokenBed;
  let token: Token;

  beforeAll(async () => {
    bed = makeTokenBed(kind, ['gate', 'empty']);
    token = await openToken(bed.options('gate'));
  });

  afterAll(() => {
    token.close();
    bed.remove();
  });

  it('signs what verifies with its public key, in every run', async () => {
    const made = await makeSigner(token, 'gate-identity', 'believed');
    const opened = await openSigner(token, 'gate-identity');
    const message = Buffer.from('checkpoint');
    expect(opened.publicKey).toEqual(made.publicKey);
    expect(opened.publicKey).toHaveLength(65);
    const signature = await opened.sign(message);
    expect(p256.verify(signature, message, opened.publicKey, { lowS: false })).toBe(true);
  });

  it('is another key in another role', async () => {
    const list = await makeSigner(token, 'list-signing', 'believed');
    expect(list.publicKey).not.toEqual((await openSigner(token, 'gate-identity')).publicKey);
  });

  it('is not made twice', async () => {
    await expect(makeSigner(token, 'list-signing', 'believed')).rejects.toMatchObject({ code: 'key-exists' });
  });

  it('is missed by name where the token has none', async () => {
    const empty = await openToken(bed.options('empty'));
    await expect(openSigner(empty, 'list-signing')).rejects.toMatchObject({
      code: 'key-not-found',
      message: expect.stringContaining('kazasu/list-signing-key') as string,
    });
    empty.close();
  });
});

it('is not left in a token that gives keys away', async () => {
  const bed = makeTokenBed('NSS softokn', ['gate']);
  const token = await openToken(bed.options('gate'));
  await expect(makeSigner(token, 'gate-identity')).rejects.toMatchObject({ code: 'key-readable' });
  await expect(makeTransportKey(token)).rejects.toMatchObject({ code: 'key-readable' });
  await expect(openSigner(token, 'gate-identity')).rejects.toMatchObject({ code: 'key-not-found' });
  token.close();
  bed.remove();
});
