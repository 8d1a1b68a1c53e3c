/** Events in their order, to be awaited one by one. */
export class EventQueue<Event> {
  readonly #events: Event[] = [];
  readonly #waiting: ((event: Event) => void)[] = [];

  push(event: Event): void {
    const first = this.#waiting.shift();
    if (first === undefined) this.#events.push(event);
    else first(event);
  }

  /** How many came that nobody has asked for. */
  get unread(): number {
    return this.#events.length;
  }

  next(): Promise<Event> {
    const first = this.#events.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next one of which something is true; those before it are dropped. */
  async until(isTrue: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const event = await this.next();
      if (isTrue(event)) return event;
    }
  }
}
