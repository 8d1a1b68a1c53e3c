import { randomInt, type KeyObject } from 'node:crypto';
import { crlExtensions } from '../../test/authority/crl.ts';
import { caName } from '../../test/authority/names.ts';
import { signatureAlgorithm, signed } from '../../test/authority/signed.ts';
import * as der from '../../test/encoding/der.ts';

const reasons = [3, 4, 5, 6];
const head = '3023020400000000170d3236303130313030303030305a300c300a0603551d1504030a0104';

/**
 * An authentication list of `entries` 4-byte serials in no order, each with date and reason, as the cards of
 * this PKI give. Written entry by entry into one buffer: an object for each would take longer than reading.
 */
export function writeLongCrl(key: KeyObject, entries: number, now: Date): Uint8Array {
  const entry = Buffer.from(head, 'hex');
  const list = Buffer.alloc(entry.length * entries);
  const step = 104_729; // prime, so that the serials are distinct and scattered
  const modulus = 2 ** 27 - 39; // prime, too: about as many serials as there are cards
  let serial = randomInt(1, modulus);
  for (let i = 0; i < entries; i++) {
    serial = (serial + step) % modulus;
    entry.writeUInt32BE(2 ** 27 + serial, 4);
    entry.write(`${26 - (i % 5)}${String((i % 12) + 1).padStart(2, '0')}`, 10, 'latin1');
    entry[entry.length - 1] = reasons[i % reasons.length] ?? 4;
    entry.copy(list, i * entry.length);
  }
  const tbs = der.sequence(
    der.integer(1),
    signatureAlgorithm(key),
    caName('authentication'),
    der.time(now),
    der.time(new Date(now.getTime() + 86_400_000)),
    der.tlv(0x30, list),
    der.explicit(0, der.sequence(...crlExtensions('authentication', key, 1n))),
  );
  return signed(key, tbs);
}
