/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Puts server-sent events together from the pieces in which they arrive. Comments, by which a server shows
 * that it lives, are left out. An event that grows past all measure is let go of.
 *
 * @example
 * const reader = new EventReader();
 * reader.read('event: ready\nda'); // []
 * reader.read('ta: {}\n\n'); // [{ event: 'ready', data: '{}' }]
 */
export class EventReader {
  #waiting = '';

  read(piece: string): ServerEvent[] {
    this.#waiting += piece;
    const blocks = this.#waiting.split('\n\n');
    this.#waiting = (blocks.pop() ?? '').slice(-mostWaiting);
    return blocks.map(eventIn).filter((event) => event !== undefined);
  }
}

const mostWaiting = 1024 * 1024;

function eventIn(block: string): ServerEvent | undefined {
  const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line));
  const valuesOf = (name: string): string[] =>
    fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  const data = valuesOf('data');
  if (data.length === 0) return undefined;
  return { event: valuesOf('event').at(-1) ?? 'message', data: data.join('\n') };
}
