import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Cbor } from './cbor.ts';
import { findRecord, findTicketRecord, hasTag, pinnedKey, readFile } from './reader.ts';

interface VectorCard {
  readonly issuer?: string;
  readonly serial?: string;
  readonly unbound?: true;
  readonly hash?: string;
  readonly record: VectorRecord;
}

interface VectorRecord {
  readonly ticket: string;
  readonly [name: string]: unknown;
}

interface VectorFile {
  readonly id: string;
  readonly cards: readonly VectorCard[];
  readonly revoked: readonly VectorCard[];
  readonly withdrawn?: readonly VectorCard[];
}

interface Vectors {
  readonly eventKey: string;
  readonly listSigningKey: { readonly publicKey: string };
  readonly files: Readonly<Record<string, VectorFile>>;
  readonly notOnAnyList: readonly VectorCard[];
}

const folder = new URL('../vectors/entry-list/', import.meta.url);
const vectors = JSON.parse(readFileSync(new URL('vectors.json', folder), 'utf8')) as Vectors;
const point = bytes(vectors.listSigningKey.publicKey);

describe.each(Object.entries(vectors.files))('the stranger’s reader on %s', (name, expected) => {
  const file = readFile(readFileSync(new URL(name, folder)), point);

  it('has the id that the vectors give', () => {
    expect(file.id.toString('hex')).toBe(expected.id);
  });

  it('opens each record by its card, from issuer and serial on', () => {
    for (const card of expected.cards) {
      const hash = card.unbound === true ? ticketHash(card.record.ticket) : serialHash(card);
      expect(plainOf(findRecord(file, hash))).toEqual(card.record);
    }
  });

  it('opens each record by its ticket number', () => {
    for (const { record } of expected.cards) {
      expect(plainOf(findTicketRecord(file, ticketHash(record.ticket)))).toEqual(record);
    }
  });

  it('knows the revoked, the withdrawn and the unknown', () => {
    for (const card of expected.revoked) expect(hasTag(file, 'revoked', serialHash(card))).toBe(true);
    for (const card of expected.withdrawn ?? [])
      expect(hasTag(file, 'withdrawn', serialHash(card))).toBe(true);
    for (const card of vectors.notOnAnyList) expect(findRecord(file, serialHash(card))).toBeUndefined();
  });

  it('opens nothing with a byte changed or under another key', () => {
    const whole = readFileSync(new URL(name, folder));
    for (let at = 0; at < whole.length; at += 1) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      expect(() => readFile(flipped, point), `byte ${at}`).toThrow();
    }
  });
});

const names = [
  'ticket',
  'seat',
  'zone',
  'category',
  'doors',
  'window',
  'party',
  'admits',
  'flags',
  'publicKey',
];
const flags = ['needs-adult', 'wheelchair-space', 'needs-assistance'];

/** A record by the document's numbers, as the vectors write it out. */
function plainOf(record: Map<string | number, Cbor> | undefined): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, value] of record ?? []) plain[names[Number(key) - 1] ?? 'unknown'] = value;
  const { window, party } = plain;
  if (Array.isArray(window)) {
    const [from, until] = window.map((each) => new Date(Number(each) * 1000).toISOString());
    plain['window'] = { from, until };
  }
  if (Array.isArray(party)) {
    plain['party'] = {
      id: party[0] as Cbor,
      size: party[1] as Cbor,
      role: ['companion', 'representative'][Number(party[2])],
    };
  }
  if (typeof plain['flags'] === 'number') {
    const sum = plain['flags'];
    plain['flags'] = flags.filter((_, bit) => (sum & (1 << bit)) !== 0);
  }
  if (plain['publicKey'] instanceof Uint8Array)
    plain['publicKey'] = pinnedKey(plain['publicKey']).toString('hex');
  return plain;
}

function serialHash({ issuer = '', serial = '' }: VectorCard): Buffer {
  const issuerHash = createHash('sha256').update(bytes(issuer)).digest();
  return mac(Buffer.concat([Buffer.from('kazasu/serial/v1\0'), issuerHash, bytes(serial)]));
}

function ticketHash(number: string): Buffer {
  return mac(Buffer.from(`kazasu/ticket/v1\0${number}`));
}

function mac(message: Buffer): Buffer {
  return createHmac('sha256', bytes(vectors.eventKey)).update(message).digest();
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
