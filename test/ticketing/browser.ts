/** What answers: the HTTP side in this process, or a service over the network. */
export interface Answering {
  request(url: URL, init: RequestInit, env: object): Response | Promise<Response>;
}

/** A service of another process, whatever address its pages know it by. */
export function answeringAt(address: string): Answering {
  return { request: ({ pathname, search }, init) => fetch(new URL(pathname + search, address), init) };
}

/** What a page's request answered. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A browser of the service's own pages, with its cookies: as much of one as signing in needs. */
export class Browser {
  readonly #app: Answering;
  readonly #origin: string;
  readonly #address: string;
  /** What it would send: a test may plant or copy one. */
  cookie: string | undefined;

  constructor(app: Answering, origin: string, address = '192.0.2.1') {
    this.#app = app;
    this.#origin = origin;
    this.#address = address;
  }

  async ask(request: string, body?: unknown, headers: Record<string, string> = {}): Promise<Seen> {
    const [method = 'GET', path = '/'] = request.split(' ');
    const response = await this.#app.request(
      new URL(path, this.#origin),
      {
        method,
        headers: {
          origin: this.#origin,
          'sec-fetch-site': 'same-origin',
          ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      { incoming: { socket: { remoteAddress: this.#address } } },
    );
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.includes('Max-Age=0') ? undefined : set.split(';')[0];
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  }
}
