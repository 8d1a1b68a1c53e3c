import { request } from 'node:http';
import { signRequest } from '../../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../../hsm/keys/signer.ts';
import { newId } from '../../../ticketing/store/new-id.ts';
import type { DescribedRoute } from './described-routes.ts';
import { exampleOf, type Schema } from './example-of.ts';
import type { TwoOrganisations } from './two-organisations.ts';

/** A request of a route: as the description has it where nothing else is said. */
export interface Asked {
  /** The cookie of whoever asks, or the gate that signs. */
  readonly as?: string | Signer | undefined;
  readonly ids?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  /** Beside those that the description asks for; none where undefined. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The problem's, where it is one. */
  readonly code: string | undefined;
  /** The headers that the request had, signature and all. */
  readonly sent: Headers;
}

/** Asks a service's routes as their description has it, with one thing wrong as the test says. */
export class ApiAsker {
  readonly #url: string;
  readonly #world: TwoOrganisations;
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #now: () => number;

  constructor(
    url: string,
    world: TwoOrganisations,
    schemas: Readonly<Record<string, Schema>>,
    now: () => number,
  ) {
    this.#url = url;
    this.#world = world;
    this.#schemas = schemas;
    this.#now = now;
  }

  /** What the route takes: its body's example, with the ids that there are. */
  exampleOf({ json, takesBody }: DescribedRoute): unknown {
    if (json !== undefined) return exampleOf(json, this.#schemas);
    return takesBody ? '' : undefined;
  }

  #queryOf({ mustAsk }: DescribedRoute): string {
    const asked = Object.entries(mustAsk).map(([name, schema]): [string, string] => [
      name,
      String(exampleOf(schema, this.#schemas)),
    ]);
    return asked.length === 0 ? '' : `?${new URLSearchParams(asked).toString()}`;
  }

  async ask(route: DescribedRoute, asked: Asked = {}): Promise<Answered> {
    const { method, guard } = route;
    const { as, query = this.#queryOf(route), ids = this.#world.ids } = asked;
    const body = 'body' in asked ? asked.body : this.exampleOf(route);
    const sent =
      body === undefined
        ? undefined
        : Buffer.from(body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body));
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `no-${name}`);
    const headers = new Headers(sent === undefined ? {} : { 'content-type': guard.takes });
    if (guard.creates === true) headers.set('idempotency-key', `walk-${newId()}`);
    if (guard.changes === true) headers.set('if-match', '"1"');
    if (typeof as === 'string') headers.set('cookie', as);
    if (typeof as === 'object') {
      const url = `http://127.0.0.1${path}${query}`;
      const signed = await signRequest({ method, url, ...(sent === undefined ? {} : { body: sent }) }, as, {
        now: this.#now(),
      });
      for (const [name, value] of Object.entries(signed)) headers.set(name, value);
    }
    for (const [name, value] of Object.entries(asked.headers ?? {})) {
      if (value === undefined) headers.delete(name);
      else headers.set(name, value);
    }
    const response = await fetch(this.#url + path + query, {
      method,
      headers,
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, code: codeIn(text), sent: headers };
  }

  /** Says that the body is of so many bytes, and sends none of them: who asks is told before. */
  announce({ method, path, guard }: DescribedRoute, bytes: number, as?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': guard.takes,
        'content-length': String(bytes),
        ...(as === undefined ? {} : { cookie: as }),
        ...(guard.creates === true ? { 'idempotency-key': `walk-${newId()}` } : {}),
        ...(guard.changes === true ? { 'if-match': '"1"' } : {}),
      };
      const asking = request(this.#url + path.replaceAll(/[{}]/g, ''), { method, headers }, (response) => {
        asking.destroy();
        resolve(response.statusCode ?? 0);
      });
      asking.on('error', reject);
      asking.flushHeaders();
    });
  }
}

function codeIn(text: string): string | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: string };
    return code;
  } catch {
    return undefined;
  }
}
