import type { z } from 'zod';
import type { Refusal, Reservation } from '../visit/outcome.ts';
import { bound, catalogue, claim, problem, reservation, type Catalogue, type Claim } from './replies.ts';

/** What a question to the service came to. */
export type Reply<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** It said no, for good. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** It cannot be reached, or asks for patience: worth another try later. */
  | { readonly kind: 'away'; readonly why: string; readonly retryAfter: number }
  /** It did what it was asked and answered something that this kiosk cannot read. */
  | { readonly kind: 'unclear' };

/** A signed application as it is sent. */
export interface SignedApplication {
  readonly id: string;
  readonly form: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureCertificate: Uint8Array;
  readonly authenticationCertificate: Uint8Array;
}

export interface SignedBinding {
  readonly code: string;
  readonly form: Uint8Array;
  readonly signature: Uint8Array;
  readonly authenticationCertificate: Uint8Array;
}

export interface CatalogueAnswer {
  readonly etag: string | undefined;
  /** Nothing where it is as it was. */
  readonly catalogue: Catalogue | undefined;
}

const patience = 15_000;
const longestAnswer = 4 * 1024 * 1024;
/** What may be over in a while, although it is the asker's fault by its number. */
const worthAnotherTry = new Set([408, 425, 429]);
/** And by its code: the same is being taken this moment, or the service is not set up for this kiosk. */
const notTheVisitors = new Set([
  'idempotency-key-in-use',
  'too-many-requests',
  'not-signed-in',
  'wrong-role',
  'not-from-here',
  'not-ready',
]);
/** It was done, and what it came to is told no more. */
const alreadyDone = 'answer-not-kept';

/**
 * The ticketing service, over HTTP. What it answers is held to what a kiosk reads of it; nothing that was
 * sent comes back in an answer of ours.
 *
 * @example
 * const reply = await new ServiceClient({ url: config.ticketing }).apply(application);
 */
export class ServiceClient {
  readonly #url: string;
  readonly #patience: number;

  constructor(options: { readonly url: string; readonly patience?: number }) {
    this.#url = options.url.replace(/\/$/, '');
    this.#patience = options.patience ?? patience;
  }

  /** What is on sale; `etag` is that of the one that is known. */
  catalogue(etag?: string): Promise<Reply<CatalogueAnswer>> {
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
    return this.#ask<CatalogueAnswer>('/api/catalogue', { headers }, async (response) => {
      const given = response.headers.get('etag') ?? undefined;
      if (response.status === 304) return done({ etag: given ?? etag, catalogue: undefined });
      const read = await readAs(response, catalogue);
      if (read.kind !== 'done') return read;
      return done({ etag: given, catalogue: read.value });
    });
  }

  apply(application: SignedApplication): Promise<Reply<Reservation>> {
    const { id, ...parts } = application;
    return this.#post('/api/applications', base64Of(parts), reservation, { 'idempotency-key': id });
  }

  lookUpClaim(code: string): Promise<Reply<Claim>> {
    return this.#post('/api/claims/look-up', { code }, claim);
  }

  bind({ code, ...parts }: SignedBinding): Promise<Reply<object>> {
    return this.#post('/api/claims/bind', { code, ...base64Of(parts) }, bound);
  }

  #post<Schema extends z.ZodType>(
    path: string,
    body: object,
    schema: Schema,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<z.output<Schema>>> {
    const question = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    } as const;
    return this.#ask(path, question, (response) => readAs(response, schema));
  }

  async #ask<Value>(
    path: string,
    { headers, ...request }: Question,
    read: (response: Response) => Promise<Reply<Value>>,
  ): Promise<Reply<Value>> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        ...request,
        headers: { accept: 'application/json, application/problem+json', ...headers },
        redirect: 'error',
        signal: AbortSignal.timeout(this.#patience),
      });
      return await read(response);
    } catch (error) {
      // What fetch says could name what was sent.
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      return away(late ? 'it did not answer in time' : 'it cannot be reached');
    }
  }
}

interface Question {
  readonly method?: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function readAs<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
): Promise<Reply<z.output<Schema>>> {
  const { ok, status } = response;
  if (status >= 500 || worthAnotherTry.has(status)) {
    await response.body?.cancel();
    return away(`it answered HTTP ${status}`, retryAfterOf(response));
  }
  const value = await jsonOf(response);
  if (ok) {
    const checked = schema.safeParse(value);
    return checked.success ? done(checked.data) : { kind: 'unclear' };
  }
  const refused = problem.safeParse(value);
  // A proxy in between, or another service at that address.
  if (!refused.success) return away(`it answered HTTP ${status} as no ticketing service does`);
  const { code, detail } = refused.data;
  if (notTheVisitors.has(code)) return away(`it answered ${code}`, retryAfterOf(response));
  if (code === alreadyDone) return { kind: 'unclear' };
  return { kind: 'refused', refusal: { code, sentence: detail } };
}

async function jsonOf(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > longestAnswer) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    return undefined;
  }
}

function retryAfterOf({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1_000 : 0;
}

function base64Of(parts: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  const entries = Object.entries(parts).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function done<Value>(value: Value): Reply<Value> {
  return { kind: 'done', value };
}

function away(why: string, retryAfter = 0): Extract<Reply<never>, { kind: 'away' }> {
  return { kind: 'away', why, retryAfter };
}
