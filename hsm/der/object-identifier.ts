import { refuseDer } from './der-error.ts';

/** No identifier in use comes near; the limit keeps the arithmetic on long arcs short. */
const LONGEST = 128;

/** Below this, seven more bits still fit a number exactly. */
const EXACT = 2 ** 46;

/** An OBJECT IDENTIFIER's content in dotted form; arcs minimal, the last one ended. */
export function objectIdentifier(bytes: Uint8Array, start: number, end: number): string {
  if (end === start) refuseDer('bad-object-identifier', 'an object identifier is empty', start);
  if (end - start > LONGEST) refuseDer('too-long', 'an object identifier is over 128 bytes', start);
  let dotted = '';
  let arc = 0;
  let longArc: bigint | undefined;
  let fresh = true;
  for (let at = start; at < end; at++) {
    const octet = bytes[at] ?? 0;
    if (fresh && octet === 0x80) refuseDer('bad-object-identifier', 'an arc has leading zeros', at);
    if (longArc === undefined && arc >= EXACT) longArc = BigInt(arc);
    if (longArc === undefined) arc = arc * 128 + (octet & 0x7f);
    else longArc = longArc * 128n + BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    if (dotted === '') dotted = firstTwoArcs(longArc ?? arc);
    else dotted += `.${(longArc ?? arc).toString()}`;
    arc = 0;
    longArc = undefined;
  }
  if (!fresh) refuseDer('bad-object-identifier', 'the last arc has no end', end - 1);
  return dotted;
}

/** The first two arcs travel as one number: 40 times the first (0, 1 or 2) plus the second. */
function firstTwoArcs(both: number | bigint): string {
  if (typeof both === 'bigint') return `2.${(both - 80n).toString()}`;
  const first = Math.min(2, Math.floor(both / 40));
  return `${first}.${both - first * 40}`;
}
