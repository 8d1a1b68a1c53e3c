import type { ZodMiniType } from 'zod/mini';
import { ProblemError, problemIn } from './problem.ts';

/** Bytes with a type of their own. Whoever sends them wipes them. */
export class TypedBytes {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(type: string, bytes: Uint8Array<ArrayBuffer>) {
    this.type = type;
    this.bytes = bytes;
  }
}

/** What is sent along: an object as JSON, or a file or bytes as they are. */
type Body = object | Blob | TypedBytes;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type HeaderLines = Readonly<Record<string, string>>;

/**
 * Asks a server for something, and checks what it answers. Throws a `ProblemError`, also where no answer comes.
 *
 * @example
 * const { open } = await ask('POST', '/api/staff/lane', lane, { open: false });
 */
export async function ask<Answer>(
  method: Method,
  path: string,
  answer: ZodMiniType<Answer>,
  body?: Body,
  headers?: HeaderLines,
): Promise<Answer> {
  const response = await send(method, path, body, headers);
  const checked = answer.safeParse(await response.json());
  if (checked.success) return checked.data;
  throw new ProblemError({
    code: 'other-version',
    status: response.status,
    detail: 'The server answers in another form than this page knows; load the page again.',
  });
}

/** Sends a request that needs no answer but that it was carried out. */
export async function send(
  method: Method,
  path: string,
  body?: Body,
  headers: HeaderLines = {},
): Promise<Response> {
  const sent = body === undefined ? undefined : inRequest(body);
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    headers: { ...sent?.headers, ...headers },
    ...(sent === undefined ? {} : { body: sent.body }),
  }).catch((cause: unknown) => {
    throw new ProblemError(
      { code: 'no-answer', status: 0, detail: 'The server does not answer; it is being looked for.' },
      { cause },
    );
  });
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return response;
}

function inRequest(body: Body): { headers: Record<string, string>; body: BodyInit } {
  const [type, content] =
    body instanceof TypedBytes
      ? [body.type, body.bytes]
      : body instanceof Blob
        ? ['application/octet-stream', body]
        : ['application/json', JSON.stringify(body)];
  return { headers: { 'content-type': type }, body: content };
}
