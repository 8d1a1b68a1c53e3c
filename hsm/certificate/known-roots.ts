import type { Purpose } from './purpose.ts';

/** A root of J-LIS whose fingerprint was known when this was written. */
export interface KnownRoot {
  readonly name: string;
  readonly purpose: Purpose;
}

/**
 * By SHA-256 of the DER. The authentication roots of 2015 (ended 2025-10-19) and 2023 (to 2033-07-15). There
 * are others (of 2019, and those for signatures): an operator compares their fingerprints with what J-LIS
 * publishes, and says yes to them.
 */
const KNOWN: ReadonlyMap<string, KnownRoot> = new Map([
  [
    '4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D',
    { name: 'JPKI authentication root of 2015', purpose: 'authentication' },
  ],
  [
    '64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5',
    { name: 'JPKI authentication root of 2023', purpose: 'authentication' },
  ],
]);

/** The known root with this fingerprint, if it is one. */
export function knownRoot(fingerprint: string): KnownRoot | undefined {
  return KNOWN.get(fingerprint);
}
