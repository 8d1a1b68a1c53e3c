import type { CertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { readSubjectKey } from '../../hsm/certificate/public-key.ts';
import type { Root } from '../../hsm/certificate/root.ts';
import { DerReader } from '../../hsm/der/der.ts';
import type { EventKey } from '../../hsm/keys/event-key.ts';
import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { cardSignatureHolds } from '../card/card-signature.ts';
import { presentCard, type PinnedKey, type PresentedCard } from '../card/present-card.ts';
import type { CardProfile } from '../card/profile.ts';
import { refused, type Credential } from '../decide/credential.ts';
import type { Lane, Rules } from '../decide/rules.ts';
import type { Found } from '../decide/ticket.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { Journal } from '../journal/journal.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import type { Timer } from '../reader/timer.ts';
import { refusedCertificate, troubleOf } from './card-trouble.ts';
import { settle } from './settle.ts';
import { TapClock, type TapTimes } from './tap-clock.ts';
import { tapMessage } from './tap-message.ts';

/** All that a tap needs; each part is the gate's to open and to exchange between taps. */
export interface TapParts {
  readonly lane: Lane;
  /** The session that the list is for, as the journal names it. */
  readonly session: string;
  readonly profile: CardProfile;
  /** Asked at each tap, so that a renewed key takes over at its time without a restart. */
  readonly terminalKey: () => TerminalKey;
  readonly eventKey: EventKey;
  readonly list: { find(serialHash: Uint8Array): Found };
  readonly roots: readonly Root[];
  readonly rules: Rules;
  readonly journal: Pick<Journal, 'admissionsOf' | 'record'>;
  readonly now: () => number;
  readonly timer: Timer;
}

/** What a tap came to. */
export interface Tapped {
  readonly at: number;
  readonly verdict: Verdict;
  readonly times: TapTimes;
}

/** The serial hash's first half: by it a record is found, and it is all that is written down of a card. */
const tagLength = 16;

/**
 * One tap, from the card's arrival to the verdict that the light may show: prove, read, look up, decide,
 * write down. While the card works the HSM works, and whatever can go wrong has its verdict.
 *
 * @example
 * const { verdict } = await tap(arrivedCard, parts);
 */
export async function tap(card: ArrivedCard, parts: TapParts): Promise<Tapped> {
  const clock = new TapClock(parts.timer, card.arrivedAt);
  const { credential, found } = await meet(card, parts, clock);
  const { session, lane, rules, journal } = parts;
  const at = parts.now();
  const verdict = settle({ credential, found, session, lane, rules, at }, journal);
  return { at, verdict, times: clock.end() };
}

interface Met {
  readonly credential: Credential;
  readonly found: Found;
}

/** Meets the card: what it proved to be, and what the list holds for it. */
async function meet(card: ArrivedCard, parts: TapParts, clock: TapClock): Promise<Met> {
  try {
    const connected = await clock.card(card.connect());
    try {
      const message = tapMessage(parts.lane.gate);
      const lookup = new Lookup(parts, clock);
      const presented = await presentCard(connected, {
        profile: parts.profile,
        terminalKey: clock.signing(parts.terminalKey()),
        message,
        onHead: (head) => lookup.begin(head),
        left: card.left,
        timer: parts.timer,
        onCommand: (timing) => {
          clock.command(timing);
        },
      });
      const { hash, found } = await lookup.end();
      return { credential: judge(presented, message, hash, parts), found };
    } finally {
      void connected.release();
    }
  } catch (error) {
    return { credential: troubleOf(error), found: undefined };
  }
}

/** Whether the card is what it says: by its certificate, or by the key that was verified at the binding. */
function judge(presented: PresentedCard, message: Uint8Array, hash: Uint8Array, parts: TapParts): Credential {
  const { certificate, pinnedKey, signature, head } = presented;
  const at = new Date(parts.now());
  let key = pinnedKey;
  if (key === undefined) {
    const checked = checkCertificate(certificate ?? new Uint8Array(), {
      purpose: 'authentication',
      roots: parts.roots,
      at,
    });
    if (checked.verdict === 'refused') return refusedCertificate(checked.code, checked.reason);
    key = checked.certificate.publicKey;
  } else if (head.notAfter < at) {
    return refused('expired', {
      code: 'expired',
      reason: 'The certificate has expired since the card was bound.',
    });
  }
  if (!cardSignatureHolds(parts.profile, key, message, signature)) {
    return refused('not-genuine', {
      code: 'wrong-signature',
      reason: 'The card does not have the key of its certificate: it is a copy.',
    });
  }
  return { kind: 'genuine', tag: hash.subarray(0, tagLength) };
}

/** The look-up that goes on while the card does. */
class Lookup {
  readonly #parts: TapParts;
  readonly #clock: TapClock;
  #work: Promise<{ hash: Uint8Array; found: Found }> | undefined;

  constructor(parts: TapParts, clock: TapClock) {
    this.#parts = parts;
    this.#clock = clock;
  }

  /** Finds the card's record, and the pinned key in it where it has one. */
  async begin(head: CertificateHead): Promise<PinnedKey | undefined> {
    this.#work = this.#find(head);
    const { found } = await this.#work;
    if (found === undefined || found === 'revoked' || !('publicKey' in found)) return undefined;
    return readSubjectKey(new DerReader(found.publicKey)).publicKey;
  }

  async end(): Promise<{ hash: Uint8Array; found: Found }> {
    if (this.#work === undefined) throw new Error('The card was read without its head.');
    return this.#work;
  }

  async #find(head: CertificateHead): Promise<{ hash: Uint8Array; found: Found }> {
    const hash = await this.#clock.hsm(this.#parts.eventKey.serialHash(head));
    return { hash, found: this.#parts.list.find(hash) };
  }
}
