import type { Seat } from '../api/organiser-messages.ts';

/** Seats as they are drawn: each a square of one unit. */
export interface SeatPlan {
  readonly width: number;
  readonly height: number;
  /** The seats of a state as one path, so that a hall of 100,000 is drawn as quickly as a room. */
  readonly paths: Readonly<Record<Seat['state'], string>>;
}

const perRow = 40;
const byLabel = new Intl.Collator('ja', { numeric: true });
const side = 0.72;
const shapes: Readonly<Record<Seat['state'], string>> = {
  free: `h${side}v${side}h-${side}z`,
  held: `h${side}l-${side} ${side}z`,
  sold: `h${side}v${side}h-${side}z`,
  blocked: `l${side} ${side}m0 -${side}l-${side} ${side}`,
};

/** Lays numbered seats out where their map says, or in rows by their labels where it does not. */
export function seatPlan(numbered: readonly Seat[]): SeatPlan {
  const seats = [...numbered].sort((one, other) => byLabel.compare(one.label ?? '', other.label ?? ''));
  const places = placesOf(seats);
  const paths = { free: '', held: '', sold: '', blocked: '' };
  let [width, height] = [1, 1];
  for (const [index, seat] of seats.entries()) {
    const { x, y } = places[index] ?? { x: 0, y: 0 };
    paths[seat.state] += `M${x.toFixed(2)} ${y.toFixed(2)}${shapes[seat.state]}`;
    width = Math.max(width, x + 1);
    height = Math.max(height, y + 1);
  }
  return { width, height, paths };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function placesOf(seats: readonly Seat[]): readonly Place[] {
  const given = seats.flatMap(({ x, y }) => (x === undefined || y === undefined ? [] : [{ x, y }]));
  if (given.length < seats.length) {
    return seats.map((_, index) => ({ x: index % perRow, y: Math.floor(index / perRow) }));
  }
  const unit = usualStep(given);
  const [left, top] = given.reduce(
    ([left, top], { x, y }) => [Math.min(left, x), Math.min(top, y)],
    [Infinity, Infinity],
  );
  return given.map(({ x, y }) => ({ x: (x - left) / unit, y: (y - top) / unit }));
}

/** How far a seat usually is from the nearest other: rows may be curved, and aisles lie between. */
function usualStep(places: readonly Place[]): number {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [width, height] = [extentOf(xs), extentOf(ys)];
  // Only those around a seat are looked at, so that a hall of 100,000 takes no longer than it must.
  const cell = Math.max(Math.sqrt((width * height) / places.length), Math.max(width, height) / places.length);
  if (cell === 0) return 1;
  const cellOf = (along: number): number => Math.floor(along / cell);
  const cells = new Map<string, Place[]>();
  for (const place of places) {
    const name = `${cellOf(place.x)} ${cellOf(place.y)}`;
    const there = cells.get(name);
    if (there === undefined) cells.set(name, [place]);
    else there.push(place);
  }
  const around = [-1, 0, 1];
  const steps = places
    .map(({ x, y }) =>
      around
        .flatMap((right) => around.map((down) => `${cellOf(x) + right} ${cellOf(y) + down}`))
        .flatMap((name) => cells.get(name) ?? [])
        .map((other) => Math.hypot(other.x - x, other.y - y))
        .reduce((least, step) => (step > 0 && step < least ? step : least), Infinity),
    )
    .filter(Number.isFinite)
    .sort((one, other) => one - other);
  return steps[Math.floor((steps.length - 1) / 2)] ?? 1;
}

function extentOf(numbers: readonly number[]): number {
  const [least, most] = numbers.reduce(
    ([least, most], number) => [Math.min(least, number), Math.max(most, number)],
    [Infinity, -Infinity],
  );
  return most - least;
}
