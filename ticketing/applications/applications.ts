import type { ServiceKeys } from '../keys/service-keys.ts';
import type { ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import { openCase } from '../cases/found-case.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { acceptAll, soldOut, type Acceptance, type SealedApplication } from './accept.ts';
import { ApplicationError } from './application-error.ts';
import { askAuthority, heedAuthority } from './ask-authority.ts';
import { checkSubmission, type RootsByPurpose, type SignedApplication } from './check-submission.ts';
import { Gathering, type Outcome } from './gathering.ts';
import { whyNotOffered, type Offer } from './judge.ts';
import { Offers } from './offers.ts';
import { readKnown, type KnownApplication, type Reservation } from './reservation.ts';
import { readSubmission, type Submission } from './submission.ts';
import { SeatGone } from './write-accepted.ts';

const day = 86_400_000;

export interface ApplicationsOptions {
  readonly store: Store;
  readonly keys: Pick<ServiceKeys, 'eventKey' | 'storage'>;
  readonly authority: ValidityAuthority;
  readonly roots: RootsByPurpose;
  /** For how many days a kiosk may keep an application while it cannot reach the service. */
  readonly queueDays?: number;
  /** The most that go into one transaction. */
  readonly most?: number;
  readonly now?: () => number;
}

/** An application that its card signed, and what it is for. */
interface Offered {
  readonly signed: SignedApplication;
  readonly offer: Offer;
}

/** What is known of an application before anything that costs time or money is done for it. */
interface LookedUp {
  readonly known: KnownApplication | undefined;
  readonly offer: Offer | undefined;
  readonly anyLeft: boolean;
}

type Prepared = { readonly submission: Submission } & (
  | { readonly known: Reservation }
  | { readonly offer: Offer; readonly anyLeft: boolean; readonly seal: () => Promise<SealedApplication> }
);

/**
 * Takes applications (① to ⑥). What waits for the database, the authority or the disk at the same time goes
 * there together.
 *
 * @example
 * const applications = new Applications({ store, keys, authority, roots });
 * const { seats, slip } = await applications.take(body);
 */
export class Applications {
  readonly #options: ApplicationsOptions;
  readonly #queueMs: number;
  readonly #now: () => number;
  readonly #lookUps: Gathering<Submission, LookedUp>;
  readonly #preparations: Gathering<Offered, SealedApplication>;
  readonly #acceptances: Gathering<SealedApplication, Acceptance>;

  constructor(options: ApplicationsOptions) {
    const { store, queueDays = 7, most = 256, now = Date.now } = options;
    if (!(queueDays > 0 && queueDays <= 60)) throw new RangeError('A queue keeps applications 1 to 60 days.');
    this.#options = options;
    this.#queueMs = queueDays * day;
    this.#now = now;
    this.#lookUps = new Gathering(most, (submissions) => lookUp(store, submissions));
    this.#preparations = new Gathering(most, (offered) => this.#prepare(offered));
    this.#acceptances = new Gathering(most, (sealed) => this.#accept(sealed));
  }

  /**
   * Takes what a kiosk sent. The same again is answered the same, and changes nothing. Raises an
   * `ApplicationError` where it is refused.
   */
  async take(body: unknown): Promise<Reservation> {
    const { submission, ...prepared } = await this.#prepared(body);
    if ('known' in prepared) return prepared.known;
    if (!prepared.anyLeft) throw soldOut();
    const accepted = await this.#acceptances.add(await prepared.seal());
    if (accepted !== 'known') return accepted;
    // Sent twice at once: the other one was first.
    const again = await this.#lookUps.add(submission);
    if (again.known === undefined) throw new TypeError('An application is known and is not there.');
    return sameAgain(again.known, submission);
  }

  /**
   * Checks an application as `take` does, and seals it, without taking a seat: for whoever waits for one. What
   * is known already is answered as it stands.
   */
  async prepare(
    body: unknown,
  ): Promise<{ known: Reservation } | { sealed: SealedApplication; offer: Offer }> {
    const prepared = await this.#prepared(body);
    if ('known' in prepared) return { known: prepared.known };
    return { sealed: await prepared.seal(), offer: prepared.offer };
  }

  async #prepared(body: unknown): Promise<Prepared> {
    const submission = readSubmission(body);
    const { known, offer, anyLeft } = await this.#lookUps.add(submission);
    if (known !== undefined) return { submission, known: sameAgain(known, submission) };
    const now = this.#now();
    const signed = checkSubmission(submission, { roots: this.#options.roots, now, queueMs: this.#queueMs });
    const notOffered = whyNotOffered(submission.form, offer, now);
    if (notOffered !== undefined || offer === undefined) throw notOffered ?? new TypeError('unreachable');
    return { submission, offer, anyLeft, seal: () => this.#preparations.add({ signed, offer }) };
  }

  /**
   * Asks the authority (③), and has the HSM hash and seal. They go on together, so that they share a
   * transaction too: one by one they would each wait for the disk.
   */
  async #prepare(offered: readonly Offered[]): Promise<Outcome<SealedApplication>[]> {
    let words: Awaited<ReturnType<typeof askAuthority>>;
    try {
      words = await askAuthority(
        this.#options.authority,
        offered.map(({ signed }) => signed),
      );
    } catch (error) {
      // It is not about one of them: nobody is asked about again one by one.
      return offered.map(() => ({ error }));
    }
    return Promise.all(
      offered.map(async ({ signed, offer }, place) => {
        try {
          const word = words[place];
          if (word === undefined) throw new TypeError('The authority left one out.');
          heedAuthority(word, signed.card);
          return { done: await this.#seal(signed, offer) };
        } catch (error) {
          // What nobody can tell becomes a case: people look at it.
          if (error instanceof ApplicationError && error.code === 'certificate-unknown')
            await this.#makeCase(signed, offer);
          return { error };
        }
      }),
    );
  }

  async #makeCase({ form }: SignedApplication, { session, event }: Offer): Promise<void> {
    const { store } = this.#options;
    const now = this.#now();
    const found = {
      organisation: event.organisation_id,
      event: event.id,
      session: session.id,
      kind: 'application-certificate-unknown',
      subject: `application ${form.id}`,
      detail: { category: form.category, tickets: form.tickets, signedAt: form.at },
    };
    await store.transaction((tables) => openCase(tables, store.kind, found, now));
  }

  /** All that the HSM does for an application. */
  async #seal(signed: SignedApplication, { event }: Offer): Promise<SealedApplication> {
    const { keys } = this.#options;
    const { form, card, signer } = signed;
    const id = newId(this.#now());
    const key = await keys.eventKey(event.name);
    const [serialHash, sealedSigner, serial] = await Promise.all([
      key.serialHash(card),
      keys.storage.seal(signer.serial, `applications/${form.id}/signature_serial`),
      keys.storage.seal(card.serial, `bindings/${id}/serial`),
    ]);
    return { ...signed, event: event.id, serialHash, sealedSigner, binding: { id, serial } };
  }

  async #accept(sealed: readonly SealedApplication[]): Promise<Outcome<Acceptance>[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await acceptAll(this.#options.store, sealed, this.#now());
      } catch (error) {
        if (!(error instanceof SeatGone) || tries === 5) throw error;
      }
    }
  }
}

async function lookUp(
  { db }: Pick<Store, 'db'>,
  submissions: readonly Submission[],
): Promise<Outcome<LookedUp>[]> {
  const forms = submissions.map(({ form }) => form);
  // Before it is asked what is known: whoever took the last seats meanwhile may have been this very one.
  const left = await db
    .selectFrom('categories')
    .select('id')
    .where('id', 'in', [...new Set(forms.map(({ category }) => category))])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('seats')
          .select('seats.id')
          .whereRef('seats.category_id', '=', 'categories.id')
          .where('seats.state', '=', 'free'),
      ),
    )
    .execute();
  const known = await readKnown(
    db,
    forms.map(({ id }) => id),
  );
  const offers = await Offers.read(db, forms);
  const withSeats = new Set(left.map(({ id }) => id));
  return forms.map((form) => ({
    done: { known: known.get(form.id), offer: offers.of(form), anyLeft: withSeats.has(form.category) },
  }));
}

/** Whoever has the signed bytes and their signature may know what they came to. */
function sameAgain(
  { signed, signature, reservation }: KnownApplication,
  submission: Submission,
): Reservation {
  if (signed.equals(submission.signed) && signature.equals(submission.signature)) return reservation;
  throw new ApplicationError('id-taken', 'Another application has this id; fill it in and sign it again.');
}
