import { constants, createHash, createHmac, publicEncrypt, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenBed, MODULE_KINDS, type TokenBed } from '../../test/token/modules.ts';
import { openToken, type Token } from '../token/token.ts';
import {
  destroyEventKey,
  listEventKeys,
  makeEventKey,
  openEventKey,
  openWrappedEventKey,
  wrapEventKey,
} from './event-keys.ts';
import { KeyError } from './key-error.ts';
import { decodeRecipient, encodeRecipient, type Recipient } from './recipient.ts';
import { describeTransportKey, makeTransportKey, type TransportKey } from './transport-key.ts';
import { decodeWrappedEventKey, encodeWrappedEventKey, type WrappedEventKey } from './wrapped-event-key.ts';

const card = { issuer: Buffer.from('30003100', 'hex'), serial: Buffer.from('0badcafe', 'hex') };

interface House {
  readonly ticketing: Token;
  readonly gateA: Token;
  readonly gateB: Token;
  readonly transportA: TransportKey;
  readonly recipientA: Recipient;
  readonly recipientB: Recipient;
}

async function openHouse(bed: TokenBed): Promise<House> {
  const [ticketing, gateA, gateB] = await Promise.all(
    ['ticketing', 'gate a', 'gate b'].map((label) => openToken(bed.options(label))),
  );
  if (ticketing === undefined || gateA === undefined || gateB === undefined) throw new Error('no tokens');
  const transportA = await makeTransportKey(gateA, 'believed');
  await makeTransportKey(gateB, 'believed');
  const recipientA = await describeTransportKey(gateA);
  const recipientB = await describeTransportKey(gateB);
  return { ticketing, gateA, gateB, transportA, recipientA, recipientB };
}

/** Wraps a key that the test knows, as a ticketing token would. */
function wrapKnown(value: Uint8Array, transport: TransportKey, hash: 'sha256' | 'sha1'): WrappedEventKey {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return {
    event: 'known',
    hash,
    recipient: transport.fingerprint,
    wrapped: publicEncrypt({ key: transport.publicKey, padding, oaepHash: hash }, value),
    check: createHmac('sha256', value).update('kazasu/event-key-check/v1\0').digest().subarray(0, 8),
  };
}

describe.each(MODULE_KINDS)('an event key in %s', (kind) => {
  let bed: TokenBed;
  let house: House;

  beforeAll(async () => {
    bed = makeTokenBed(kind, ['ticketing', 'gate a', 'gate b']);
    house = await openHouse(bed);
    await makeEventKey(house.ticketing, 'spring');
  });

  afterAll(() => {
    for (const token of [house.ticketing, house.gateA, house.gateB]) token.close();
    bed.remove();
  });

  it('gives the same hashes at ticketing and at every gate', async () => {
    const { ticketing, gateA, gateB, recipientA, recipientB } = house;
    const atTicketing = await openEventKey(ticketing, 'spring');
    const atA = await openWrappedEventKey(gateA, await wrapEventKey(ticketing, 'spring', recipientA));
    const atB = await openWrappedEventKey(gateB, await wrapEventKey(ticketing, 'spring', recipientB));
    const hash = await atTicketing.serialHash(card);
    expect(await atA.serialHash(card)).toEqual(hash);
    expect(await atB.serialHash(card)).toEqual(hash);
    expect(await atA.ticketHash('A-17-4')).toEqual(await atTicketing.ticketHash('A-17-4'));
  });

  it('computes the serial hash and the ticket hash exactly as they are written down', async () => {
    const value = randomBytes(32);
    const key = await openWrappedEventKey(house.gateA, wrapKnown(value, house.transportA, 'sha1'));
    const name = createHash('sha256').update(card.issuer).digest();
    const serialHash = createHmac('sha256', value)
      .update('kazasu/serial/v1')
      .update(Uint8Array.of(0))
      .update(name)
      .update(card.serial)
      .digest();
    const ticketHash = createHmac('sha256', value).update('kazasu/ticket/v1\0席番-17').digest();
    expect(Buffer.from(await key.serialHash(card))).toEqual(serialHash);
    expect(Buffer.from(await key.ticketHash('席番-17'))).toEqual(ticketHash);
  });

  it('is nowhere in clear outside a token: not in the pack, not in what the gate stores', async () => {
    const value = randomBytes(32);
    const wrapped = wrapKnown(value, house.transportA, 'sha1');
    const key = await openWrappedEventKey(house.gateA, wrapped);
    await key.serialHash(card);
    const stored = filesUnder(bed.folder).map((file) => readFileSync(file));
    for (const bytes of [...stored, Buffer.from(encodeWrappedEventKey(wrapped))]) {
      expect(bytes.includes(value)).toBe(false);
      expect(bytes.includes(value.toString('hex'))).toBe(false);
      expect(bytes.includes(value.toString('base64'))).toBe(false);
    }
  });

  it('that was wrapped for gate B opens at gate B alone', async () => {
    const { ticketing, gateA, transportA, recipientB } = house;
    const forB = await wrapEventKey(ticketing, 'spring', recipientB);
    await expect(openWrappedEventKey(gateA, forB)).rejects.toMatchObject({ code: 'wrong-recipient' });
    const relabelled = { ...forB, recipient: transportA.fingerprint };
    await expect(openWrappedEventKey(gateA, relabelled)).rejects.toMatchObject({ code: 'not-opened' });
  });

  it('is not taken where another key was wrapped than was said', async () => {
    const wrapped = wrapKnown(randomBytes(32), house.transportA, 'sha1');
    const other = wrapKnown(randomBytes(32), house.transportA, 'sha1');
    const swapped = openWrappedEventKey(house.gateA, { ...wrapped, wrapped: other.wrapped });
    await expect(swapped).rejects.toMatchObject({ code: 'not-opened' });
  });

  it('says with which hash it was wrapped', async () => {
    const wrapped = await wrapEventKey(house.ticketing, 'spring', house.recipientA);
    expect(wrapped.hash).toBe(kind === 'SoftHSM' ? 'sha1' : 'sha256');
  });

  it('refuses a serial that is empty or begins with a zero', async () => {
    const key = await openEventKey(house.ticketing, 'spring');
    for (const serial of [new Uint8Array(), Uint8Array.of(0, 1)])
      await expect(key.serialHash({ ...card, serial })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is made once an event, listed, and gone once destroyed', async () => {
    const { ticketing } = house;
    await makeEventKey(ticketing, 'autumn');
    await expect(makeEventKey(ticketing, 'autumn')).rejects.toMatchObject({ code: 'key-exists' });
    expect(await listEventKeys(ticketing)).toEqual(['autumn', 'spring']);
    await destroyEventKey(ticketing, 'autumn');
    expect(await listEventKeys(ticketing)).toEqual(['spring']);
    await expect(openEventKey(ticketing, 'autumn')).rejects.toMatchObject({ code: 'key-not-found' });
  });
});

describe('an event key between two makes of token', () => {
  it.each([
    ['SoftHSM', 'NSS softokn'],
    ['NSS softokn', 'SoftHSM'],
  ] as const)('goes from %s to %s', async (from, to) => {
    const beds = { from: makeTokenBed(from, ['ticketing']), to: makeTokenBed(to, ['gate']) };
    const ticketing = await openToken(beds.from.options('ticketing'));
    const gate = await openToken(beds.to.options('gate'));
    try {
      await makeTransportKey(gate, 'believed');
      const made = await makeEventKey(ticketing, 'spring', 'believed');
      // SoftHSM 2.6 wraps and unwraps with SHA-1 alone, NSS with either: the file tells.
      const file = encodeRecipient(await describeTransportKey(gate));
      const wrapped = await wrapEventKey(ticketing, 'spring', decodeRecipient(file));
      const opened = await openWrappedEventKey(gate, decodeWrappedEventKey(encodeWrappedEventKey(wrapped)));
      expect(await opened.serialHash(card)).toEqual(await made.serialHash(card));
    } finally {
      ticketing.close();
      gate.close();
      beds.from.remove();
      beds.to.remove();
    }
  });
});

describe('a wrapped event key as a file', () => {
  const wrapped = fc.record({
    event: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    hash: fc.constantFrom('sha256' as const, 'sha1' as const),
    recipient: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    wrapped: fc.uint8Array({ minLength: 256, maxLength: 256 }),
    check: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(wrapped, (key) => {
        expect(decodeWrappedEventKey(encodeWrappedEventKey(key))).toEqual(key);
      }),
    );
  });

  it('is refused with our own error, whatever the bytes', () => {
    const almost = wrapped.chain((key) => {
      const bytes = encodeWrappedEventKey(key);
      return fc
        .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))
        .map(([at, byte]) => Uint8Array.from(bytes, (each, index) => (index === at ? byte : each)));
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), almost), (bytes) => {
        try {
          decodeWrappedEventKey(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(KeyError);
        }
      }),
    );
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
