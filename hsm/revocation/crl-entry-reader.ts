import { DerReader, Tag } from '../der/der.ts';
import { refuseDer } from '../der/der-error.ts';
import { readExtensionMap } from './crl-extensions.ts';
import { refuseRevocation } from './revocation-error.ts';
import { LONGEST_SERIAL, type SerialIndex } from './serial-index.ts';

const REASON_CODE = '2.5.29.21';
/** Changes whose certificates the list speaks of from here on: an indirect list, whatever it says else. */
const CERTIFICATE_ISSUER = '2.5.29.29';
const KNOWN = new Set([REASON_CODE, CERTIFICATE_ISSUER]);

/** What nearly every entry's extensions look like: one, the reason, not critical. Its one octet follows. */
const REASON_ALONE = Uint8Array.from(Buffer.from('300c300a0603551d1504030a01', 'hex'));

/**
 * Reads the entries of a list, one after the other, into an index. There can be millions, so the usual
 * shape is read without making an object for each.
 */
export class CrlEntryReader extends DerReader {
  #serialStart = 0;
  #serialLength = 0;

  /** Reads `SEQUENCE { serial, date, extensions OPTIONAL }`. */
  entryInto(index: SerialIndex): void {
    const outside = this.open(Tag.sequence);
    const end = this.contentEnd;
    this.#serial();
    const seconds = this.time() / 1000;
    const reason = this.position < end ? this.#reason(end) : 0;
    this.close(outside);
    index.add(this.bytes, this.#serialStart, this.#serialLength, reason, seconds);
  }

  #serial(): void {
    this.element(Tag.integer);
    let start = this.contentStart;
    const first = this.bytes[start] ?? 0;
    if (first === 0 && this.contentEnd - start > 1) {
      start++;
      if ((this.bytes[start] ?? 0) < 0x80) {
        refuseDer('bad-integer', 'an INTEGER is longer than it must be', start - 1);
      }
    } else if (first === 0 || first >= 0x80) refuseRevocation('bad-serial');
    this.#serialStart = start;
    this.#serialLength = this.contentEnd - start;
    if (this.#serialLength > LONGEST_SERIAL) refuseRevocation('bad-serial');
  }

  #reason(end: number): number {
    const at = this.position;
    const reason = this.bytes[at + REASON_ALONE.length] ?? 0x80;
    if (end - at === REASON_ALONE.length + 1 && reason < 0x80 && this.#isReasonAlone(at)) {
      this.skip(Tag.sequence);
      return reason;
    }
    const extensions = readExtensionMap(this, KNOWN);
    if (extensions.has(CERTIFICATE_ISSUER)) refuseRevocation('indirect');
    return readReason(extensions.get(REASON_CODE));
  }

  #isReasonAlone(at: number): boolean {
    for (let i = 0; i < REASON_ALONE.length; i++) {
      if (this.bytes[at + i] !== REASON_ALONE[i]) return false;
    }
    return true;
  }
}

/** CRLReason. A number beyond those given out revokes all the same. */
function readReason(value: Uint8Array | undefined): number {
  if (value === undefined) return 0;
  const reader = new DerReader(value);
  const reason = reader.smallInteger(Tag.enumerated);
  reader.done();
  return reason < 0x80 ? reason : 0;
}
