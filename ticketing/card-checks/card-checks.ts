import { reasonInWords } from '../../hsm/revocation/revocation.ts';
import type { FoundCertificate, Validity, ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import type { VerifiedCard } from '../bindings/card-verifier.ts';
import type { ServiceKeys } from '../keys/service-keys.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { cardsOfSession, oneCard, type CardToCheck } from './cards-to-check.ts';
import { endLapsed, followRenewal, noteCheck, restore, suspend, warnOfExpiry } from './settle-check.ts';

/** How many cards are asked about at a time. */
const page = 500;

export interface CardChecksOptions {
  readonly store: Store;
  readonly keys: Pick<ServiceKeys, 'eventKey' | 'storage'>;
  readonly authority: ValidityAuthority;
  readonly now: () => number;
}

/** A certificate that no longer counts, and in whose place there may be a newer one. */
interface Lapsed {
  readonly card: CardToCheck;
  readonly why: 'expired' | 'revoked';
  /** For people. */
  readonly reason: string;
  /** It was only renewed: gates are not to say that it was lost. */
  readonly isSuperseded: boolean;
}

/**
 * Asks the authority about cards that are bound already. A card that was renewed keeps its ticket: the old
 * binding ends and the new certificate's takes its place. One that was revoked or has expired opens nothing
 * from the next list on, and is a case. One of which nobody knows is held back, is a case, and comes back by
 * itself once it is known to be good. A `ValidityError` says that nothing was learnt: no list is made then.
 *
 * @example
 * await cardChecks.session(session); // before each export
 */
export class CardChecks {
  readonly #options: CardChecksOptions;

  constructor(options: CardChecksOptions) {
    this.#options = options;
  }

  /** All cards of a session's tickets. */
  async session(session: string): Promise<void> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const cards = await cardsOfSession(this.#options.store, session, { after, limit: page });
      await this.#check(cards);
      after = cards.length === page ? cards.at(-1)?.id : undefined;
    }
  }

  /** One card; nothing where it opens nothing any more. */
  async card(id: string): Promise<void> {
    const card = await oneCard(this.#options.store, id);
    if (card !== undefined) await this.#check([card]);
  }

  async #check(cards: readonly CardToCheck[]): Promise<void> {
    if (cards.length === 0) return;
    const { store, authority, now } = this.#options;
    const references = await this.#referencesOf(cards);
    const answers = await authority.validity('authentication', references);
    const at = now();
    const lapsed: { readonly each: Lapsed; readonly place: number }[] = [];
    const good: CardToCheck[] = [];
    for (const [place, card] of cards.entries()) {
      const answer = answers[place];
      const each = answer === undefined ? undefined : lapsedOf(card, answer, at);
      if (each !== undefined) lapsed.push({ each, place });
      else if (answer?.status === 'good') good.push(card);
      else await suspend(store, card, at);
    }
    await noteCheck(store, good, at);
    for (const card of good) {
      if (card.state === 'suspended') await restore(store, card, at);
      if (card.not_after < card.starts_at) await warnOfExpiry(store, card, at);
    }
    await this.#settleLapsed(lapsed.map(({ each, place }) => ({ each, reference: references[place] })));
  }

  async #settleLapsed(
    lapsed: readonly { readonly each: Lapsed; readonly reference: Reference | undefined }[],
  ): Promise<void> {
    if (lapsed.length === 0) return;
    const { store, authority, now } = this.#options;
    const renewals = await authority.renewals(lapsed.flatMap(({ reference }) => reference ?? []));
    for (const [place, { each }] of lapsed.entries()) {
      const found = renewals[place]?.certificate;
      const renewed = found === undefined ? undefined : await this.#stillGood(each.card, found);
      if (renewed !== undefined && (await followRenewal(store, each.card, renewed, now()))) continue;
      const { card, why, reason, isSuperseded } = each;
      await endLapsed(
        store,
        card,
        { why, reason, state: why === 'revoked' && !isSuperseded ? 'revoked' : 'ended' },
        now(),
      );
    }
  }

  /** The newer certificate as a binding keeps it, where it is valid itself. */
  async #stillGood(
    { event_name }: CardToCheck,
    { issuerKeyId, serial, issuer, notAfter }: FoundCertificate,
  ): Promise<VerifiedCard | undefined> {
    const { keys, authority, now } = this.#options;
    const [validity] = await authority.validity('authentication', [{ issuerKeyId, serial }]);
    if (validity?.status !== 'good' || notAfter.getTime() < now()) return undefined;
    const binding = newId(now());
    const key = await keys.eventKey(event_name);
    return {
      binding,
      serialHash: Buffer.from(await key.serialHash({ issuer, serial })),
      serial: Buffer.from(await keys.storage.seal(serial, `bindings/${binding}/serial`)),
      issuerKeyId: Buffer.from(issuerKeyId),
      notAfter: notAfter.getTime(),
      // The certificate itself was not seen: gates check its chain instead of a pinned key.
      publicKey: null,
      checkedAt: now(),
    };
  }

  /** Serials are opened for the question and kept nowhere. */
  #referencesOf(cards: readonly CardToCheck[]): Promise<Reference[]> {
    const { storage } = this.#options.keys;
    return Promise.all(
      cards.map(async ({ id, serial, issuer_key_id }) => ({
        issuerKeyId: issuer_key_id,
        serial: await storage.open(serial, `bindings/${id}/serial`),
      })),
    );
  }
}

interface Reference {
  readonly issuerKeyId: Uint8Array;
  readonly serial: Uint8Array;
}

function lapsedOf(card: CardToCheck, answer: Validity, now: number): Lapsed | undefined {
  if (answer.status === 'revoked') {
    const { reason } = answer;
    return { card, why: 'revoked', reason: reasonInWords(reason), isSuperseded: reason === 'superseded' };
  }
  if (card.not_after >= now) return undefined;
  return { card, why: 'expired', reason: 'expired', isSuperseded: false };
}
