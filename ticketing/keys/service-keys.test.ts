import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listEventKeys } from '../../hsm/keys/event-keys.ts';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { makeTokenBed, type TokenBed } from '../../test/token/modules.ts';
import { openServiceKeys, type ServiceKeys } from './service-keys.ts';

const card = { issuer: Uint8Array.of(0x30, 0x00), serial: Uint8Array.of(1, 2, 3) };
let bed: TokenBed;
let token: Token;
let keys: ServiceKeys;

beforeAll(async () => {
  bed = makeTokenBed('SoftHSM', ['ticketing']);
  token = await openToken(bed.options('ticketing'));
  await makeStorageKey(token);
  await makeSigner(token, 'list-signing');
  keys = await openServiceKeys(token);
});
afterAll(() => {
  token.close();
  bed.remove();
});

describe('the keys of the service', () => {
  it('makes an event’s key once, however often and at once it is asked to', async () => {
    await Promise.all([keys.makeEventKey('spring'), keys.makeEventKey('spring')]);
    await (await openServiceKeys(token)).makeEventKey('spring');
    expect(await listEventKeys(token)).toEqual(['spring']);
  });

  it('hashes the same card otherwise in each event', async () => {
    await keys.makeEventKey('spring');
    await keys.makeEventKey('autumn');
    const spring = await (await keys.eventKey('spring')).serialHash(card);
    const autumn = await (await keys.eventKey('autumn')).serialHash(card);
    expect(spring).not.toEqual(autumn);
    expect(await (await keys.eventKey('spring')).serialHash(card)).toEqual(spring);
  });

  it('goes on asking for a key that was not there yet', async () => {
    await expect(keys.eventKey('winter')).rejects.toMatchObject({ code: 'key-not-found' });
    await keys.makeEventKey('winter');
    await expect(keys.eventKey('winter')).resolves.toBeDefined();
  });

  it('seals a serial for its row alone', async () => {
    const sealed = await keys.storage.seal(card.serial, 'bindings/1/serial');
    expect(await keys.storage.open(sealed, 'bindings/1/serial')).toEqual(card.serial);
    await expect(keys.storage.open(sealed, 'bindings/2/serial')).rejects.toMatchObject({
      code: 'not-opened',
    });
  });
});
