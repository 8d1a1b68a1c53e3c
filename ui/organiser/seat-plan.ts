import type { Seat } from '../api/organiser-messages.ts';

/** Seats as they are drawn: each a square of one unit. */
export interface SeatPlan {
  readonly width: number;
  readonly height: number;
  /** The seats of a state as one path, so that a hall of 100,000 is drawn as quickly as a room. */
  readonly paths: Readonly<Record<Seat['state'], string>>;
}

const perRow = 40;
const side = 0.72;
const shapes: Readonly<Record<Seat['state'], string>> = {
  free: `h${side}v${side}h-${side}z`,
  held: `h${side}l-${side} ${side}z`,
  sold: `h${side}v${side}h-${side}z`,
  blocked: `l${side} ${side}m0 -${side}l-${side} ${side}`,
};

/** Lays numbered seats out where their map says, or in rows in their order where it does not. */
export function seatPlan(seats: readonly Seat[]): SeatPlan {
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

function placesOf(seats: readonly Seat[]): readonly { readonly x: number; readonly y: number }[] {
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

/** How far a seat usually is from the next in the map's order: rows may be curved, and aisles lie between. */
function usualStep(places: readonly { readonly x: number; readonly y: number }[]): number {
  const steps = places
    .slice(1)
    .map(({ x, y }, index) => Math.hypot(x - (places[index]?.x ?? x), y - (places[index]?.y ?? y)))
    .filter((step) => step > 0)
    .sort((one, other) => one - other);
  return steps[Math.floor((steps.length - 1) / 2)] ?? 1;
}
