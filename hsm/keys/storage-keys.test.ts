import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenBed, MODULE_KINDS, type TokenBed } from '../../test/token/modules.ts';
import { openToken, type Token } from '../token/token.ts';
import { KeyError } from './key-error.ts';
import type { StorageKey } from './storage-key.ts';
import { makeStorageKey, openStorageKey } from './storage-keys.ts';

describe.each(MODULE_KINDS)('a storage key in %s', (kind) => {
  let bed: TokenBed;
  let token: Token;
  let another: Token;
  let storage: StorageKey;

  beforeAll(async () => {
    bed = makeTokenBed(kind, ['ticketing', 'another']);
    token = await openToken(bed.options('ticketing'));
    another = await openToken(bed.options('another'));
    storage = await makeStorageKey(token, 'believed');
  });

  afterAll(() => {
    token.close();
    another.close();
    bed.remove();
  });

  it('opens what it sealed, in its context', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1 }),
        fc.string({ unit: 'binary' }),
        async (plain, context) => {
          expect(await storage.open(await storage.seal(plain, context), context)).toEqual(plain);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('opens nothing in another context', async () => {
    const sealed = await storage.seal(Uint8Array.of(1, 2, 3, 4), 'bindings/1/serial');
    await expect(storage.open(sealed, 'bindings/2/serial')).rejects.toMatchObject({ code: 'not-opened' });
  });

  it('opens nothing of which a byte was flipped, whichever', async () => {
    const sealed = await storage.seal(Uint8Array.of(1, 2, 3, 4), 'row');
    for (const at of sealed.keys()) {
      const flipped = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 0x40 : byte));
      await expect(storage.open(flipped, 'row')).rejects.toBeInstanceOf(KeyError);
    }
  });

  it('opens nothing that was cut short, nor random bytes', async () => {
    const sealed = await storage.seal(Uint8Array.of(1, 2, 3, 4), 'row');
    for (const length of sealed.keys())
      await expect(storage.open(sealed.subarray(0, length), 'row')).rejects.toBeInstanceOf(KeyError);
  });

  it('never seals the same thing alike', async () => {
    const sealed = await Promise.all(
      Array.from({ length: 50 }, () => storage.seal(Uint8Array.of(1, 2, 3, 4), 'row')),
    );
    expect(new Set(sealed.map((each) => Buffer.from(each).toString('hex'))).size).toBe(50);
  });

  it('says that something was sealed with another key', async () => {
    const other = await makeStorageKey(another, 'believed');
    const sealed = await other.seal(Uint8Array.of(1), 'row');
    await expect(storage.open(sealed, 'row')).rejects.toMatchObject({ code: 'wrong-recipient' });
  });

  it('is the only one of its token, and is opened again', async () => {
    await expect(makeStorageKey(token, 'believed')).rejects.toMatchObject({ code: 'key-exists' });
    const again = await openStorageKey(token);
    expect(await again.open(await storage.seal(Uint8Array.of(9), 'row'), 'row')).toEqual(Uint8Array.of(9));
  });
});
