export const pages = [
  'events',
  'event',
  'session',
  'tickets',
  'gates',
  'cases',
  'case',
  'people',
  'audit',
  'me',
] as const;
export type PageName = (typeof pages)[number];

/** Where in the screen one is, as the part of the address behind the # says it: `#/session/01J…`. */
class Route {
  #hash = $state(location.hash);

  constructor() {
    addEventListener('hashchange', () => {
      this.#hash = location.hash;
    });
  }

  get page(): PageName {
    return pages.find((page) => page === this.#parts[0]) ?? 'events';
  }

  /** What the page is about, where it is about one thing. */
  get id(): string {
    return this.#parts[1] ?? '';
  }

  get #parts(): string[] {
    return this.#hash.replace(/^#\/?/, '').split('/');
  }
}

export const route = new Route();

/** The address of a page, for links. */
export function linkTo(page: PageName, id?: string): string {
  return `#/${page}${id === undefined ? '' : `/${id}`}`;
}

export function goTo(page: PageName, id?: string): void {
  location.hash = linkTo(page, id);
}
