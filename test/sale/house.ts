import { randomBytes } from 'node:crypto';
import { lockEvents } from '../../ticketing/events/lock-events.ts';
import type { Applications } from '../../ticketing/applications/applications.ts';
import type { SubmissionBody } from '../../ticketing/applications/submission.ts';
import { lapseUnpaid } from '../../ticketing/payments/lapse.ts';
import { takeNotice } from '../../ticketing/payments/take-notice.ts';
import { takeBack } from '../../ticketing/refunds/take-back.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { CodedError } from '../../hsm/coded-error.ts';
import type { Person } from '../authority/person.ts';
import type { ForSale, SaleWorld } from '../box-office/sale-world.ts';
import { price, type Act, type SaleFacts, type SaleState } from './sale-model.ts';

const day = 86_400_000;
/** How many seats each session has, open or not. */
const seatsOfSession = 6;

/** How a history begins. */
export interface Beginning {
  readonly quota: number;
  readonly sessionQuota: number;
  /** Session by session, seat by seat, whether it is for sale. */
  readonly open: readonly (readonly boolean[])[];
}

/** The same two sessions for one history after the other, each in an empty house, served by all the stores. */
export class House {
  readonly #world: SaleWorld;
  readonly #stores: readonly { readonly store: Store; readonly applications: Applications }[];
  readonly #sale: ForSale;
  readonly #people: readonly Person[];
  readonly #firstDay: number;
  #bodies = new Map<string, SubmissionBody>();
  /** By application as the model names it: the form's id, and the slip's number. */
  #forms = new Map<string, string>();
  #slips = new Map<string, string>();

  static async build(world: SaleWorld, stores: readonly [Store, ...Store[]]): Promise<House> {
    const sale = await world.sell(stores[0], { sessions: 2, seats: seatsOfSession });
    return new House(world, stores, sale);
  }

  private constructor(world: SaleWorld, stores: readonly Store[], sale: ForSale) {
    this.#world = world;
    this.#stores = stores.map((store) => ({ store, applications: world.applications(store) }));
    this.#sale = sale;
    this.#people = Array.from({ length: 3 }, () => world.issue());
    // Noon in Japan, tomorrow: a slip's days are counted from one noon to the next.
    this.#firstDay = Math.ceil(world.now / day) * day + day / 8;
  }

  get #store(): Store {
    const [first] = this.#stores;
    if (first === undefined) throw new TypeError('A house has a store.');
    return first.store;
  }

  /** Empties it; answers how the model is to begin. */
  async begin({ quota, sessionQuota, open }: Beginning): Promise<SaleState> {
    this.#bodies = new Map();
    this.#forms = new Map();
    this.#slips = new Map();
    this.setDay(0);
    await this.#store.transaction(async (tables) => {
      await tables.updateTable('seats').set({ state: 'free', ticket_id: null }).execute();
      for (const table of [
        'refunds',
        'payments',
        'slips',
        'cases',
        'list_changes',
        'bindings',
        'tickets',
        'applications',
        'visitor_hashes',
        'visitors',
      ] as const)
        await tables.deleteFrom(table).execute();
      await tables.updateTable('events').set({ quota }).execute();
      await tables.updateTable('sessions').set({ quota: sessionQuota }).execute();
      for (const [place, { session }] of this.#sale.sessions.entries()) {
        const closed = open[place]?.flatMap((isOpen, seat) => (isOpen ? [] : [`A-${seat + 1}`])) ?? [];
        if (closed.length === 0) continue;
        await tables
          .updateTable('seats')
          .set({ state: 'blocked' })
          .where('session_id', '=', session)
          .where('label', 'in', closed)
          .execute();
      }
    });
    const seats = open.map((session) => session.map((isOpen) => (isOpen ? 'free' : 'blocked')));
    return { day: 0, quota, sessionQuota, seats, applications: {}, payments: {}, owedBack: 0 };
  }

  setDay(number: number): void {
    this.#world.now = this.#firstDay + number * day;
  }

  hasSlip(id: string): boolean {
    return this.#slips.has(id);
  }

  /** Does an act at one of the stores; answers in the model's words. */
  async perform(act: Act, place: number): Promise<string> {
    const at = this.#stores[place % this.#stores.length];
    if (at === undefined) throw new TypeError('A house has a store.');
    try {
      return await this.#performAt(act, at);
    } catch (error) {
      if (error instanceof CodedError) return `refused: ${String(error.code)}`;
      throw error;
    }
  }

  async #performAt(
    act: Act,
    { store, applications }: { readonly store: Store; readonly applications: Applications },
  ): Promise<string> {
    const { now } = this.#world;
    switch (act.act) {
      case 'apply': {
        const { state, seats, slip } = await applications.take(this.#bodyOf(act));
        if (slip !== undefined) this.#slips.set(act.id, slip.number);
        return `${state}: ${seats.join(' ')}`;
      }
      case 'pay': {
        const slip = this.#slips.get(act.id ?? '');
        const amount = await this.#amountOf(slip);
        const notice = {
          id: act.notice,
          slip: slip ?? '0000000000000000',
          amount: act.isShort ? amount - 1 : amount,
          paidAt: new Date(this.#firstDay).toISOString(),
        };
        return takeNotice(store, notice, now);
      }
      case 'cancel': {
        const application = this.#forms.get(act.id) ?? '';
        const { owed } = await store.transaction(async (tables) => {
          await lockEvents(store, tables, [this.#sale.event]);
          const live = await tables
            .selectFrom('tickets')
            .select('id')
            .where('application_id', '=', application)
            .where('state', '<>', 'ended')
            .orderBy('place')
            .execute();
          const last = live.slice(-1).map(({ id }) => id);
          const tickets = act.isLastOnly && last.length > 0 ? last : undefined;
          return takeBack(tables, { application, tickets, why: 'cancelled', now });
        });
        return `owed: ${owed}`;
      }
      case 'lapse':
        await lapseUnpaid({ store, now: () => now }).run(undefined);
        return 'done';
    }
  }

  #bodyOf({ id, person, session, tickets, companions }: Extract<Act, { act: 'apply' }>): SubmissionBody {
    const known = this.#bodies.get(id);
    if (known !== undefined) return known;
    const [who, what] = [this.#people[person], this.#sale.sessions[session]];
    if (who === undefined || what === undefined) throw new TypeError('Nobody, or nothing, is meant.');
    const form = randomBytes(16).toString('hex');
    const body = this.#world.submit(who, what, { id: form, tickets, companions });
    this.#bodies.set(id, body);
    this.#forms.set(id, form);
    return body;
  }

  async #amountOf(slip: string | undefined): Promise<number> {
    if (slip === undefined) return price;
    const { db } = this.#store;
    const { amount } = await db
      .selectFrom('slips')
      .select('amount')
      .where('number', '=', slip)
      .executeTakeFirstOrThrow();
    return amount;
  }

  /** What is in the database, in the model's words. */
  async facts(): Promise<SaleFacts> {
    const { db } = this.#store;
    const names = new Map([...this.#forms].map(([name, form]) => [form, name]));
    const nameOf = (form: string | null): string => names.get(form ?? '') ?? 'nobody';
    const seats = await db
      .selectFrom('seats')
      .leftJoin('tickets', 'tickets.id', 'seats.ticket_id')
      .select(['seats.session_id', 'seats.state', 'tickets.application_id'])
      .orderBy('seats.position')
      .execute();
    const applications = await db.selectFrom('applications').select(['id', 'state']).execute();
    const bound = await db
      .selectFrom('bindings')
      .innerJoin('tickets', 'tickets.id', 'bindings.ticket_id')
      .select('tickets.application_id')
      .where('bindings.state', '=', 'active')
      .execute();
    const payments = await db.selectFrom('payments').select(['id', 'outcome']).execute();
    const refunds = await db.selectFrom('refunds').select('amount').execute();
    const cases = await db.selectFrom('cases').select('kind').execute();
    return {
      seats: this.#sale.sessions.map(({ session }) =>
        seats
          .filter(({ session_id }) => session_id === session)
          .map(({ state, application_id: of }) => (of === null ? state : `${state} ${nameOf(of)}`)),
      ),
      applications: Object.fromEntries(applications.map(({ id, state }) => [nameOf(id), state])),
      bound: bound.map(({ application_id }) => nameOf(application_id)).sort(),
      payments: Object.fromEntries(payments.map(({ id, outcome }) => [id, outcome])),
      cases: cases.length,
      owedBack: refunds.reduce((sum, { amount }) => sum + amount, 0),
    };
  }
}
