import type { Purpose } from '../certificate/purpose.ts';
import { LookUpCount, type LookUpTotal } from './look-up-count.ts';
import type {
  CertificateReference,
  FoundCertificate,
  Renewal,
  Validity,
  ValidityAuthority,
} from './validity-authority.ts';
import { ValidityError } from './validity-error.ts';

export interface CachedAuthorityOptions {
  readonly authority: ValidityAuthority;
  /** How long an answer about validity is used again, in milliseconds; default an hour. */
  readonly lifetime?: number;
  /** How many answers are kept at most; default 100,000. */
  readonly most?: number;
  /** How many certificates one question may name; default 500. */
  readonly batch?: number;
  readonly now?: () => number;
}

interface Kept {
  readonly answer: Promise<Validity>;
  /** While the answer is under way, for ever. */
  until: number;
}

/**
 * An authority that is asked as little as possible: about many certificates at once, and about none twice
 * within an answer's lifetime, even where two ask at the same moment. It counts what was paid for. Serials
 * stay in memory only.
 *
 * @example
 * const authority = new CachedAuthority({ authority: new HttpAuthority({ url }), lifetime: 600_000 });
 * const [validity] = await authority.validity('authentication', [{ issuerKeyId, serial }]);
 * authority.paid().yen;
 */
export class CachedAuthority implements ValidityAuthority {
  readonly #authority: ValidityAuthority;
  readonly #lifetime: number;
  readonly #most: number;
  readonly #batch: number;
  readonly #now: () => number;
  readonly #count = new LookUpCount();
  readonly #kept = new Map<string, Kept>();

  constructor(options: CachedAuthorityOptions) {
    this.#authority = options.authority;
    this.#lifetime = options.lifetime ?? 3_600_000;
    this.#most = options.most ?? 100_000;
    this.#batch = options.batch ?? 500;
    this.#now = options.now ?? Date.now;
  }

  /** What was paid for since the start. A question that ended in an error is not in it. */
  paid(): LookUpTotal {
    return this.#count.total();
  }

  async validity(purpose: Purpose, certificates: readonly CertificateReference[]): Promise<Validity[]> {
    const ids = certificates.map((each) => idOf(purpose, each));
    const answers = new Map<string, Promise<Validity>>();
    const missing = new Map<string, CertificateReference>();
    certificates.forEach((each, place) => {
      const id = ids[place] ?? '';
      const kept = this.#kept.get(id);
      if (kept !== undefined && this.#now() < kept.until) answers.set(id, kept.answer);
      else missing.set(id, each);
    });
    let before: Promise<unknown> = Promise.resolve();
    for (const batch of this.#batches([...missing])) {
      const asked = before.then(() => this.#ask(purpose, batch));
      for (const [id, answer] of this.#keep(batch, asked)) answers.set(id, answer);
      before = asked;
    }
    return Promise.all(ids.flatMap((id) => answers.get(id) ?? []));
  }

  async correspondence(
    signatureCertificates: readonly CertificateReference[],
  ): Promise<(FoundCertificate | undefined)[]> {
    return this.#inTurn(signatureCertificates, (batch) => this.#authority.correspondence(batch));
  }

  async renewals(certificates: readonly CertificateReference[]): Promise<(Renewal | undefined)[]> {
    return this.#inTurn(certificates, (batch) => this.#authority.renewals(batch));
  }

  async #ask(
    purpose: Purpose,
    batch: readonly (readonly [string, CertificateReference])[],
  ): Promise<Validity[]> {
    const answers = await this.#authority.validity(
      purpose,
      batch.map(([, reference]) => reference),
    );
    this.#count.add(purpose, batch.length);
    return answers;
  }

  /** Keeps what a batch will be answered: for its lifetime where it is, not at all where it ends in an error. */
  #keep(
    batch: readonly (readonly [string, CertificateReference])[],
    asked: Promise<Validity[]>,
  ): [string, Promise<Validity>][] {
    const kept = batch.map(([id], place): [string, Kept] => {
      const entry = { answer: asked.then((answers) => oneOf(answers, place)), until: Infinity };
      this.#kept.set(id, entry);
      return [id, entry];
    });
    asked.then(
      () => {
        for (const [, entry] of kept) entry.until = this.#now() + this.#lifetime;
        this.#forgetOldest();
      },
      () => {
        for (const [id, entry] of kept) if (this.#kept.get(id) === entry) this.#kept.delete(id);
      },
    );
    return kept.map(([id, { answer }]) => [id, answer]);
  }

  #forgetOldest(): void {
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) return;
      this.#kept.delete(oldest);
    }
  }

  /** One batch after the other: an authority is not asked faster than it answers. */
  async #inTurn<T, A>(all: readonly T[], ask: (batch: readonly T[]) => Promise<A[]>): Promise<A[]> {
    const answers: A[] = [];
    for (const batch of this.#batches(all)) answers.push(...(await ask(batch)));
    return answers;
  }

  #batches<T>(all: readonly T[]): T[][] {
    const count = Math.ceil(all.length / this.#batch);
    return Array.from({ length: count }, (_, n) => all.slice(n * this.#batch, (n + 1) * this.#batch));
  }
}

function oneOf(answers: readonly Validity[], place: number): Validity {
  const answer = answers[place];
  if (answer !== undefined) return answer;
  throw new ValidityError('answer-not-understood', 'The authority left a question unanswered; ask it again.');
}

function idOf(purpose: Purpose, { issuerKeyId, serial }: CertificateReference): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return `${purpose}/${hex(issuerKeyId)}/${hex(serial)}`;
}
