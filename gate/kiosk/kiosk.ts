import { fitsPin } from '../card/card-pin.ts';
import type { SigningStep } from '../card/sign-with-pin.ts';
import { logFailure } from '../log.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import { systemTimer, type Timer } from '../reader/timer.ts';
import { KioskError } from './kiosk-error.ts';
import type { KioskListener, KioskNews } from './kiosk-news.ts';
import { patienceOf } from './visit/patience.ts';
import { step } from './visit/step.ts';
import { keyFor, type Task } from './visit/task.ts';
import { viewOf, type View } from './visit/view.ts';
import { nobody, type Effect, type NotNow, type Press, type Visit, type VisitEvent } from './visit/visit.ts';
import { VisitWork, type WorkParts } from './visit-work.ts';

const notNow: Readonly<Record<NotNow, string>> = {
  'not-now': 'This is not the moment for that; the screen is behind.',
  'take-card': 'A card lies on the reader; take it away first.',
  'last-try': 'One try is left; say yes to using it first.',
};

/**
 * A kiosk: it feeds the visit's decisions with what the screen, the reader and time bring, and has them
 * carried out. A PIN passes through it; the visit's state never has one.
 *
 * @example
 * const kiosk = new Kiosk({ profile, client, queue, log });
 * watchPcscReaders({ reader }, { onCard: (card) => kiosk.cardArrived(card) });
 * kiosk.begin(applicationTask(form));
 */
export class Kiosk {
  readonly #parts: WorkParts;
  readonly #timer: Timer;
  readonly #now: () => number;
  readonly #work: VisitWork;
  readonly #listeners = new Set<KioskListener>();
  readonly #arrivals = new Map<number, ArrivedCard>();
  #visit = nobody;
  #arrived = 0;
  #callOff: () => void = () => undefined;
  #until: number | undefined;

  constructor(parts: WorkParts) {
    this.#parts = parts;
    this.#work = new VisitWork(parts);
    this.#timer = parts.timer ?? systemTimer;
    this.#now = parts.now ?? Date.now;
  }

  get view(): View {
    const view = viewOf(this.#visit, this.#parts.profile.pins);
    return this.#until === undefined ? view : { ...view, until: new Date(this.#until).toISOString() };
  }

  /** Tells what happens from now on; answers what ends that. */
  listen(listener: KioskListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Readers, HSM, service or queue are other than they were. */
  standingChanged(): void {
    this.#tell({ kind: 'standing' });
  }

  cardArrived(arrived: ArrivedCard): void {
    this.#arrived += 1;
    const card = this.#arrived;
    const gone = (): void => {
      this.#arrivals.delete(card);
      this.#happen({ kind: 'card-left', card });
    };
    if (arrived.left.aborted) return;
    this.#arrivals.set(card, arrived);
    arrived.left.addEventListener('abort', gone, { once: true });
    this.#happen({ kind: 'card-arrived', card });
  }

  /** Begins a visit; throws a `KioskError` where there is one already. */
  begin(task: Task): void {
    this.#happen({ kind: 'begin', task });
  }

  /** Begins a visit by asking the service for a claim's code. */
  beginClaim(code: string): void {
    // Kept only where the visit takes it.
    this.#happen({ kind: 'look-up' }, () => {
      this.#work.keepCode(code);
    });
  }

  /** What the visitor does on the screen of that visit. */
  press(visit: number, press: Exclude<Press, { kind: 'begin' | 'look-up' | 'pin' }>): void {
    this.#ofVisit(visit);
    this.#happen(press);
  }

  /** Uses a PIN, and wipes it whatever comes of it. */
  enterPin(visit: number, pin: Uint8Array): void {
    try {
      this.#ofVisit(visit);
      const { phase } = this.#visit;
      if (phase.name === 'enter-pin' && !fitsPin(this.#parts.profile.pins[keyFor(phase.task)], pin)) {
        throw new KioskError('pin-shape', 'That can be no PIN of this kind; no try was used.');
      }
      this.#happen({ kind: 'pin' }, () => {
        this.#work.keepPin(pin);
      });
    } finally {
      pin.fill(0);
    }
  }

  /** Ends the visit, if there is one, and forgets it. */
  close(): void {
    this.#callOff();
    this.#work.forget();
  }

  #ofVisit(visit: number): void {
    if (visit !== this.#visit.number) throw new KioskError('not-now', 'That visit is over.');
  }

  #happen(event: VisitEvent, taken: () => void = () => undefined): void {
    const before = this.#visit;
    const { visit, effects, refused } = step(before, event);
    if (refused !== undefined) throw new KioskError(refused, notNow[refused]);
    taken();
    this.#visit = visit;
    if (visit !== before) {
      if (visit.phase !== before.phase) this.#restartClock();
      this.#count(event, before, visit);
      this.#tell({ kind: 'view', view: this.view });
    }
    for (const effect of effects) this.#perform(effect);
  }

  #restartClock(): void {
    this.#callOff();
    this.#callOff = () => undefined;
    const patience = patienceOf(this.#visit.phase);
    this.#until = patience === undefined ? undefined : this.#now() + patience;
    if (patience === undefined) return;
    this.#callOff = this.#timer.after(patience, () => {
      this.#happen({ kind: 'time-up' });
    });
  }

  #count(event: VisitEvent, before: Visit, after: Visit): void {
    if (isUnderWay(before) && isOver(after)) this.#tell({ kind: 'ended', outcome: 'left' });
    if (event.kind === 'settled') this.#tell({ kind: 'ended', outcome: event.outcome.kind });
    if (event.kind === 'card-unfit') this.#tell({ kind: 'card-unfit', notice: event.notice });
    if (event.kind === 'pin-wrong') this.#tell({ kind: 'pin', came: 'wrong' });
    if (event.kind === 'signed') this.#tell({ kind: 'pin', came: 'right' });
    if (event.kind === 'card-known' && event.triesLeft === 0) this.#tell({ kind: 'pin', came: 'blocked' });
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'forget') {
      this.#work.forget();
      return;
    }
    const { work } = effect;
    const arrived = 'card' in effect ? this.#arrivals.get(effect.card) : undefined;
    const onStep = (now: SigningStep): void => {
      this.#happen({ kind: 'stepped', work, step: now });
    };
    void this.#work.carryOut(effect, { arrived, onStep }).then((said) => {
      this.#happen({ ...said, work });
    });
  }

  /** Passed on later: whoever tells goes on first. */
  #tell(news: KioskNews): void {
    setImmediate(() => {
      for (const listener of this.#listeners) {
        try {
          listener(news);
        } catch (error) {
          logFailure(this.#parts.log, 'screen-failed', error);
        }
      }
    });
  }
}

function isOver({ phase: { name } }: Visit): boolean {
  return name === 'idle' || name === 'take-card';
}

function isUnderWay(visit: Visit): boolean {
  return !isOver(visit) && visit.phase.name !== 'done';
}
