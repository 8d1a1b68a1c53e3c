/** What two seats must agree in to be in one row. */
interface Labelled {
  readonly label: string;
  readonly category: string;
  readonly zone?: string;
}

/**
 * The positions of seats in the order of their map. Two are side by side where their positions follow on
 * each other: where their labels differ in the last number alone, and by one. Between all others a
 * position is left out.
 *
 * @example
 * positionsOf([{ label: 'A-1', … }, { label: 'A-2', … }, { label: 'B-1', … }]); // [0, 1, 3]
 */
export function positionsOf(seats: readonly Labelled[]): number[] {
  let position = -2;
  let before: Labelled | undefined;
  return seats.map((seat) => {
    position += before !== undefined && areNeighbours(before, seat) ? 1 : 2;
    before = seat;
    return position;
  });
}

function areNeighbours(one: Labelled, other: Labelled): boolean {
  if (one.category !== other.category || one.zone !== other.zone) return false;
  const [a, b] = [parts(one.label), parts(other.label)];
  if (a === undefined || b === undefined) return false;
  return a.row === b.row && Math.abs(a.number - b.number) === 1;
}

/** `1階 A列 12番` is number 12 of the row `1階 A列 番`. */
function parts(label: string): { row: string; number: number } | undefined {
  const [, head, digits, tail] = /^(.*?)(\d{1,9})(\D*)$/u.exec(label.normalize('NFKC')) ?? [];
  return digits === undefined ? undefined : { row: `${head ?? ''}\0${tail ?? ''}`, number: Number(digits) };
}
