import type { PackRules } from '../entry-list/pack-contents.ts';
import { EventError } from './event-error.ts';
import type { CategoryFields, PlacesFields, SeatFields, SessionSettings } from './event-fields.ts';

const day = 86_400_000;

/** A session with all its times. */
export interface SessionTimes {
  readonly startsAt: number;
  readonly validFrom: number;
  readonly validUntil: number;
  readonly saleFrom: number;
  readonly saleUntil: number;
  readonly claimUntil: number;
}

export function timesOf(session: SessionSettings): SessionTimes {
  const startsAt = session.startsAt.getTime();
  return {
    startsAt,
    validFrom: session.validFrom?.getTime() ?? startsAt - day,
    validUntil: session.validUntil?.getTime() ?? startsAt + day,
    saleFrom: session.saleFrom.getTime(),
    saleUntil: session.saleUntil.getTime(),
    claimUntil: session.claimUntil?.getTime() ?? startsAt,
  };
}

/** What a session has to sell, as far as its names must fit together. */
export interface Content {
  readonly categories: readonly Pick<CategoryFields, 'name' | 'places'>[];
  readonly seats: readonly Pick<SeatFields, 'label' | 'category' | 'zone' | 'doors'>[];
}

/** Refuses a session of which two fields do not fit together; names all that do not. */
export function checkSession(session: SessionSettings, content: Content): void {
  const wrong = [...wrongTimes(timesOf(session)), ...wrongNames(session.rules, content)];
  if (wrong.length === 0) return;
  const lines = wrong.map((each) => `  ${each}`).join('\n');
  throw new EventError('wrong-field', `The session is wrong:\n${lines}`);
}

function* wrongTimes(times: SessionTimes): Generator<string> {
  if (times.validFrom >= times.validUntil) yield 'validUntil: is not after validFrom';
  if (times.startsAt < times.validFrom || times.startsAt > times.validUntil)
    yield 'startsAt: is not between validFrom and validUntil';
  if (times.saleFrom >= times.saleUntil) yield 'saleUntil: is not after saleFrom';
  if (times.saleUntil > times.validUntil) yield 'saleUntil: is after validUntil, when gates admit no more';
}

/** Names of categories, zones and doors that are not the same everywhere. */
export function* wrongNames(
  rules: Pick<PackRules, 'windows' | 'zoneDoors'>,
  { categories, seats }: Content,
): Generator<string> {
  const names = categories.map(({ name }) => name);
  for (const name of repeated(names)) yield `categories: there are two named ${name}`;
  for (const name of repeated(seats.map(({ label }) => label))) yield `seats: two have the label ${name}`;
  for (const name of new Set(seats.map(({ category }) => category)))
    if (!names.includes(name)) yield `seats: there is no category ${name}`;
  for (const { category } of rules.windows ?? [])
    if (category !== undefined && !names.includes(category))
      yield `rules.windows: there is no category ${category}`;

  // A zone or door that is written in two ways would send people to a door that does not let them in.
  const zoneDoors = new Map(Object.entries(rules.zoneDoors ?? {}));
  const places: readonly Pick<PlacesFields, 'zone' | 'doors'>[] = [
    ...seats,
    ...categories.flatMap((category) => category.places ?? []),
  ];
  const zones = new Set(places.map(({ zone }) => zone));
  for (const zone of zoneDoors.keys())
    if (places.length > 0 && !zones.has(zone)) yield `rules.zoneDoors: no seat is in the zone ${zone}`;
  const wrong = new Set<string>();
  for (const { zone, doors = [] } of places) {
    const leading = zone === undefined ? undefined : zoneDoors.get(zone);
    for (const door of doors)
      if (leading !== undefined && !leading.includes(door))
        wrong.add(`seats: the door ${door} does not lead to the zone ${zone ?? ''}`);
  }
  yield* wrong;
}

function repeated(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.has(name) || (seen.add(name), false)));
}
