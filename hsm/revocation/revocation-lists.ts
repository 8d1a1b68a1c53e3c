import type { Root } from '../certificate/root.ts';
import { sameBytes } from '../certificate/same-bytes.ts';
import type { ByteSource } from './byte-window.ts';
import { type CrlNumbers, lineOf } from './crl-numbers.ts';
import { type Crl, readCrl } from './crl-reader.ts';
import { reasonNumbered, type Revocation } from './revocation.ts';
import { refuseRevocation, RevocationError, type RevocationErrorCode } from './revocation-error.ts';
import { isInDate, type RevocationPolicy, refuseUnlessGood } from './revocation-policy.ts';
import type { RevocationSubject } from './revocation-subject.ts';

/** What became of a list that was handed in. */
export type CrlReport =
  | { readonly verdict: 'counts'; readonly crl: Crl }
  | { readonly verdict: 'does-not-count'; readonly code: RevocationErrorCode; readonly reason: string };

export interface RevocationListsOptions {
  readonly roots: readonly Root[];
  readonly numbers: CrlNumbers;
  readonly policy?: RevocationPolicy;
}

/**
 * The revocation lists in force, the newest of each key and distribution point.
 *
 * @example
 * const lists = new RevocationLists({ roots, numbers: new CrlNumbersFile(path) });
 * const report = await lists.take(createReadStream('authentication.crl'), new Date());
 * if (report.verdict === 'does-not-count') warn(report.reason);
 * const revocation = lists.check(revocationSubject(certificate), root, new Date());
 */
export class RevocationLists {
  readonly #roots: readonly Root[];
  readonly #numbers: CrlNumbers;
  readonly #policy: RevocationPolicy;
  readonly #newest = new Map<string, Crl>();

  constructor({ roots, numbers, policy = refuseUnlessGood }: RevocationListsOptions) {
    this.#roots = roots;
    this.#numbers = numbers;
    this.#policy = policy;
  }

  /** Takes in a list where it counts, and reports why where it does not: then it revokes nobody. */
  async take(source: ByteSource, at: Date): Promise<CrlReport> {
    try {
      const crl = await readCrl(source, this.#roots);
      this.#keep(crl, at);
      return { verdict: 'counts', crl };
    } catch (error) {
      if (!(error instanceof RevocationError) || error.code === 'record-damaged') throw error;
      return { verdict: 'does-not-count', code: error.code, reason: error.message };
    }
  }

  /** The one answer about a certificate that `root` signed, from the newest list that counts at `at`. */
  check(subject: RevocationSubject, root: Root, at: Date): Revocation {
    const covering = [...this.#newest.values()].filter(
      (crl) => covers(crl, subject, root) && hasBegun(crl, at),
    );
    const newest = newestOf(covering.filter((crl) => isInDate(crl.nextUpdate, at, this.#policy)));
    if (newest !== undefined) return answerOf(newest, subject.serial);
    const over = newestOf(covering);
    return over === undefined ? { status: 'unknown' } : { status: 'stale', since: over.nextUpdate };
  }

  #keep(crl: Crl, at: Date): void {
    if (!hasBegun(crl, at)) refuseRevocation('not-yet-valid');
    const line = lineOf(crl);
    const highest = this.#numbers.highest(line);
    if (highest !== undefined && crl.number < highest) refuseRevocation('number-went-down');
    const known = this.#newest.get(line);
    if (!isInDate(crl.nextUpdate, at, this.#policy)) {
      // One that is over decides nothing, but the answer can say so: stale, where it would be unknown.
      if (known === undefined) this.#newest.set(line, crl);
      refuseRevocation('out-of-date');
    }
    this.#numbers.raise(line, crl.number);
    if (known === undefined || crl.number > known.number || isNewer(crl, known)) this.#newest.set(line, crl);
  }
}

function answerOf(crl: Crl, serial: Uint8Array): Revocation {
  const listed = crl.index.find(serial);
  const source = { source: 'crl', asOf: crl.thisUpdate } as const;
  if (listed === undefined) return { status: 'good', ...source };
  const { reason, at } = listed;
  return { status: 'revoked', reason: reasonNumbered(reason), at: new Date(at * 1000), ...source };
}

function newestOf(lists: readonly Crl[]): Crl | undefined {
  let newest: Crl | undefined;
  for (const crl of lists) if (newest === undefined || isNewer(crl, newest)) newest = crl;
  return newest;
}

/** A list speaks for the certificates of its own key, and of its distribution point where it has one. */
function covers(crl: Crl, subject: RevocationSubject, root: Root): boolean {
  if (!sameBytes(crl.root.certificate.spki, root.certificate.spki)) return false;
  if (!sameBytes(crl.root.name, root.name)) return false;
  if (crl.distributionPoint.length === 0) return true;
  return crl.distributionPoint.some((name) => subject.distributionPoints.some((own) => sameBytes(own, name)));
}

function hasBegun(crl: Crl, at: Date): boolean {
  return at.getTime() >= crl.thisUpdate.getTime();
}

function isNewer(crl: Crl, than: Crl): boolean {
  return crl.thisUpdate.getTime() > than.thisUpdate.getTime();
}
