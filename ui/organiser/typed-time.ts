/** A moment as a field for date and time holds it, in Japan's time. */
export function timeToType(iso: string): string {
  return new Date(Date.parse(iso) + 9 * 3600_000).toISOString().slice(0, 16);
}

/** The moment that was typed, Japan's time whatever this computer's is. */
export function typedTime(typed: string): string {
  return new Date(`${typed}:00+09:00`).toISOString();
}
