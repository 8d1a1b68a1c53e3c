import { contextConstructed, contextPrimitive, DerReader, Tag } from '../der/der.ts';
import { wellFormed } from '../der/well-formed.ts';
import { refuseRevocation } from './revocation-error.ts';

const CRL_NUMBER = '2.5.29.20';
const DELTA_INDICATOR = '2.5.29.27';
const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';
/** Those that may be critical; the delta indicator to be refused by its own name. */
const KNOWN = new Set([CRL_NUMBER, DELTA_INDICATOR, ISSUING_DISTRIBUTION_POINT]);

const LONGEST_NUMBER = 20;

/** What a list says of itself: its number, and which certificates it covers. */
export interface CrlScope {
  readonly number: bigint;
  /** The names of its distribution point, GeneralName by GeneralName; none: all certificates of its key. */
  readonly distributionPoint: readonly Uint8Array[];
}

/** Extensions by their object identifier, in a reader that stands before the SEQUENCE; none twice. */
export function readExtensionMap(
  reader: DerReader,
  known: ReadonlySet<string>,
): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const outside = reader.open(Tag.sequence);
  do {
    const after = reader.open(Tag.sequence);
    const id = reader.objectIdentifier();
    const critical = reader.booleanOrFalse();
    const value = reader.octetString();
    reader.close(after);
    if (found.has(id)) refuseRevocation('duplicate-extension');
    if (critical && !known.has(id)) refuseRevocation('unknown-critical-extension');
    found.set(id, value);
  } while (reader.hasMore());
  reader.close(outside);
  return found;
}

/** Reads a list's extensions; refuses by name each kind of list that does not count. */
export function readCrlScope(reader: DerReader): CrlScope {
  const extensions = readExtensionMap(reader, KNOWN);
  if (extensions.has(DELTA_INDICATOR)) refuseRevocation('delta');
  const point = extensions.get(ISSUING_DISTRIBUTION_POINT);
  const number = extensions.get(CRL_NUMBER) ?? refuseRevocation('no-number');
  return {
    number: readNumber(number),
    distributionPoint: point === undefined ? [] : readIssuingDistributionPoint(point),
  };
}

function readNumber(value: Uint8Array): bigint {
  const reader = new DerReader(value);
  const content = reader.integer();
  reader.done();
  const negative = (content[0] ?? 0) >= 0x80;
  const length = content[0] === 0 ? content.length - 1 : content.length;
  if (negative || length > LONGEST_NUMBER) refuseRevocation('malformed');
  return BigInt(`0x${Buffer.from(content).toString('hex')}`);
}

function readIssuingDistributionPoint(value: Uint8Array): Uint8Array[] {
  const reader = new DerReader(value);
  const outside = reader.open(Tag.sequence);
  const names = reader.nextTag === contextConstructed(0) ? readDistributionPointName(reader) : [];
  const usersOnly = flag(reader, 1);
  const authoritiesOnly = flag(reader, 2);
  if (reader.nextTag === contextPrimitive(3)) refuseRevocation('some-reasons-only');
  const indirect = flag(reader, 4);
  const attributesOnly = flag(reader, 5);
  reader.close(outside);
  reader.done();
  if (indirect) refuseRevocation('indirect');
  if (authoritiesOnly || attributesOnly) refuseRevocation('other-certificates');
  // Absent, it would say nothing at all, and the standard forbids that.
  if (names.length === 0 && !usersOnly) refuseRevocation('malformed');
  return names;
}

/** `[0] { [0] GeneralNames }`: the full names, each as its bytes. */
export function readDistributionPointName(reader: DerReader): Uint8Array[] {
  const outside = reader.open(contextConstructed(0));
  if (reader.nextTag === contextConstructed(1)) refuseRevocation('relative-distribution-point');
  const afterNames = reader.open(contextConstructed(0));
  const names: Uint8Array[] = [];
  do {
    const start = reader.position;
    wellFormed(reader);
    names.push(new Uint8Array(reader.bytes.subarray(start, reader.position)));
  } while (reader.hasMore());
  reader.close(afterNames);
  reader.close(outside);
  return names;
}

/** `[n] IMPLICIT BOOLEAN DEFAULT FALSE`. */
function flag(reader: DerReader, number: number): boolean {
  const tag = contextPrimitive(number);
  if (reader.nextTag !== tag) return false;
  const content = reader.content(tag);
  if (content.length !== 1 || content[0] !== 0xff) refuseRevocation('malformed');
  return true;
}
