import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Signer } from '../hsm/keys/signer.ts';
import { p256PointOfSpki } from '../hsm/seal/p256-signature.ts';
import { verifyKey } from '../hsm/seal/seal.ts';
import { openEntryList, type EntryList } from '../ticketing/entry-list/entry-list.ts';
import type { Entry } from '../ticketing/entry-list/entry-record.ts';
import { writeEntryList } from '../ticketing/entry-list/write-entry-list.ts';

// What the list benchmarks have in common: stored hashes, records as a hall sells them, a signing key.

export const million = 1_000_000;
const hashLength = 32;
const modulusLength = 256;
const now = new Date('2026-11-21T09:00:00Z');
const identity = { event: 'bench', session: 'evening', gateGroup: 'main', version: 1 };
const rsaHead = Buffer.from('30820122300d06092a864886f70d01010105000382010f003082010a0282010100', 'hex');
const rsaTail = Buffer.from('0203010001', 'hex');

/** Hashes as the ticketing database stores them: a card's and a ticket's for each entry. */
export class StoredHashes {
  readonly #bytes: Buffer;
  readonly #keys = Array.from({ length: 4096 }, benchKey);
  readonly count: number;

  constructor(count: number) {
    this.count = count;
    this.#bytes = randomBytes(2 * count * hashLength);
  }

  ofCard(entry: number): Uint8Array {
    return this.#bytes.subarray(2 * entry * hashLength, (2 * entry + 1) * hashLength);
  }

  ofTicket(entry: number): Uint8Array {
    return this.#bytes.subarray((2 * entry + 1) * hashLength, (2 * entry + 2) * hashLength);
  }

  /** A card's public key as the database stores it, of bytes that may stand for one: the list never computes with it. */
  publicKey(entry: number): Uint8Array {
    return this.#keys[entry % this.#keys.length] ?? new Uint8Array();
  }
}

function benchKey(): Uint8Array {
  const modulus = randomBytes(modulusLength);
  modulus[0] = 0x80 | (modulus[0] ?? 0);
  return Buffer.concat([rsaHead, modulus, rsaTail]);
}

export function* entriesOf(hashes: StoredHashes, pinned: boolean): Generator<Entry> {
  for (let number = 0; number < hashes.count; number += 1) {
    const key = pinned ? { publicKey: hashes.publicKey(number) } : {};
    yield {
      serialHash: hashes.ofCard(number),
      ticketHash: hashes.ofTicket(number),
      record: { ...plainRecord(number), ...key },
    };
  }
}

export function plainRecord(number: number): { ticket: string; seat: string; category: string } {
  const [floor, row, seat] = [1 + (number % 3), 1 + (Math.floor(number / 60) % 99), 1 + (number % 60)];
  return {
    ticket: `K26-${String(number).padStart(7, '0')}`,
    seat: `${floor}階 ${row}列 ${seat}番`,
    category: 'S席',
  };
}

/** A signing key in memory: one signature a list, so the HSM does not count here. */
export function benchSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = p256PointOfSpki(publicKey.export({ format: 'der', type: 'spki' }));
  return {
    publicKey: point,
    sign: (message) =>
      Promise.resolve(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}

export function writeBenchList(hashes: StoredHashes, pinned: boolean, signer: Signer): Promise<Uint8Array> {
  const times = { issuedAt: now, validFrom: now, validUntil: new Date(now.getTime() + 86_400_000) };
  return writeEntryList({ ...identity, ...times, signer, entries: entriesOf(hashes, pinned) });
}

export function openBenchList(bytes: Uint8Array, signer: Signer): EntryList {
  const verifyKeys = [verifyKey(signer.publicKey)];
  return openEntryList(bytes, { verifyKeys, gateGroup: identity.gateGroup, now });
}

/** How long an act takes, in milliseconds. */
export async function timed<Result>(
  act: () => Result | Promise<Result>,
): Promise<{ ms: number; result: Result }> {
  const start = performance.now();
  const result = await act();
  return { ms: performance.now() - start, result };
}

/** Bytes in use after a full collection. Needs node's --expose-gc, which the harness gives. */
export async function bytesInUse(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The middle of some measurements. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
