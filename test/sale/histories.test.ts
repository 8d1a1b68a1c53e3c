import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApplicationForm } from '../../ticketing/signed-form/application-form.ts';
import { openStore } from '../../ticketing/store/store.ts';
import { SaleWorld } from '../box-office/sale-world.ts';
import { describeEachDatabase } from '../database/each-database.ts';
import { House, type Beginning } from './house.ts';
import { inSomeOrder } from './in-some-order.ts';
import { factsOf, type Act } from './sale-model.ts';

const histories = 1000;

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

/** An act that names an application by its place among those that there are by then. */
type Draft =
  | {
      readonly act: 'apply';
      readonly person: number;
      readonly session: number;
      readonly tickets: number;
      readonly companions: ApplicationForm['companions'];
    }
  | { readonly act: 'apply-again'; readonly of: number }
  | { readonly act: 'pay'; readonly of: number; readonly notice: string; readonly isShort: boolean }
  | { readonly act: 'cancel'; readonly of: number; readonly isLastOnly: boolean }
  | { readonly act: 'lapse' };

const of = fc.nat({ max: 9 });
const apply: fc.Arbitrary<Draft> = fc.record({
  act: fc.constant('apply' as const),
  person: fc.nat({ max: 2 }),
  session: fc.nat({ max: 1 }),
  tickets: fc.integer({ min: 1, max: 3 }),
  companions: fc.constantFrom(
    'own-cards' as const,
    'enter-together' as const,
    'representative-opens' as const,
  ),
});
const pay: fc.Arbitrary<Draft> = fc.record({
  act: fc.constant('pay' as const),
  of,
  notice: fc.constantFrom('first', 'second'),
  isShort: fc.boolean(),
});
const cancel: fc.Arbitrary<Draft> = fc.record({
  act: fc.constant('cancel' as const),
  of,
  isLastOnly: fc.boolean(),
});
const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 5, arbitrary: apply },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('apply-again' as const), of }) },
  { weight: 3, arbitrary: pay },
  { weight: 2, arbitrary: cancel },
  { weight: 1, arbitrary: fc.constant({ act: 'lapse' as const }) },
);

const open = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
const history: fc.Arbitrary<History> = fc.record({
  beginning: fc.record({
    quota: fc.integer({ min: 2, max: 6 }),
    sessionQuota: fc.integer({ min: 1, max: 4 }),
    open: fc.tuple(open, open),
  }),
  steps: fc.array(
    fc.record({
      daysLater: fc.constantFrom(0, 0, 1, 4),
      atOnce: fc.array(draft, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 2, maxLength: 6 },
  ),
});

interface History {
  readonly beginning: Beginning;
  /** What happens at once, and how many days after what was before. */
  readonly steps: readonly { readonly daysLater: number; readonly atOnce: readonly Draft[] }[];
}

describeEachDatabase('a sale', (database) => {
  it(`is as if one thing had been done after the other, in ${histories} histories of things done at once`, async () => {
    const address = await database.newAddress();
    const first = await openStore(address);
    // On SQLite one process has one connection; on PostgreSQL these are two instances of the service.
    const stores = database.kind === 'sqlite' ? [first] : [first, await openStore(address)];
    const house = await House.build(world, [first, ...stores.slice(1)]);
    await fc.assert(
      fc.asyncProperty(history, (each) => live(house, each)),
      { numRuns: histories },
    );
    for (const store of stores) await store.close();
  }, 900_000);
});

/** Lives through a history, and holds each of its steps to the model. */
async function live(house: House, { beginning, steps }: History): Promise<void> {
  let state = await house.begin(beginning);
  let applications: Extract<Act, { act: 'apply' }>[] = [];
  for (const { daysLater, atOnce } of steps) {
    state.day += daysLater;
    house.setDay(state.day);
    const before = applications.filter(({ id }) => house.hasSlip(id));
    const acts: Act[] = [];
    for (const each of atOnce) {
      const act = actOf(each, { applications, accepted: before, day: state.day });
      if (act === undefined) continue;
      if (act.act === 'apply') applications = [...applications.filter(({ id }) => id !== act.id), act];
      acts.push(act);
    }
    const answers = await Promise.all(acts.map((act, place) => house.perform(act, place)));
    const answered = acts.map((act, place) => ({ act, answer: answers[place] ?? '' }));
    const facts = await house.facts();
    const after = inSomeOrder(state, answered, facts);
    if (after === undefined) {
      // Says what there was to explain: the difference to the state before tells most.
      expect({ answered, facts }).toEqual({ answered: 'in some order', facts: factsOf(state) });
      return;
    }
    state = after;
  }
}

/** Nothing where it means an application, and there is none yet. */
function actOf(
  draft: Draft,
  {
    applications,
    accepted,
    day,
  }: {
    readonly applications: readonly Extract<Act, { act: 'apply' }>[];
    readonly accepted: readonly { readonly id: string }[];
    readonly day: number;
  },
): Act | undefined {
  switch (draft.act) {
    case 'apply':
      return { ...draft, id: `application ${applications.length + 1}`, signed: day };
    case 'apply-again':
      return applications[draft.of % Math.max(1, applications.length)];
    case 'pay': {
      const id = accepted[draft.of % Math.max(1, accepted.length)]?.id;
      const notice = `${(id ?? 'nothing').replace(' ', '-')}.${draft.notice}`;
      return { act: 'pay', notice, isShort: draft.isShort, ...(id === undefined ? {} : { id }) };
    }
    case 'cancel': {
      const id = accepted[draft.of % Math.max(1, accepted.length)]?.id;
      return id === undefined ? undefined : { act: 'cancel', id, isLastOnly: draft.isLastOnly };
    }
    case 'lapse':
      return draft;
  }
}
