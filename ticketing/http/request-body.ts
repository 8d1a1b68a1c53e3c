import type { Context } from 'hono';
import { HttpError } from './http-error.ts';

/** Reads a request's body of that type, and no longer than that. None is empty. */
export async function readBody(
  context: Context,
  type: string,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { req } = context;
  const given = req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  // No form of a page elsewhere can send these types unasked.
  if (given !== undefined && given !== type) throw new HttpError('wrong-type', `Send the body as ${type}.`);
  const tooLarge = new HttpError('too-large', `The body is longer than ${most} bytes.`);
  if (Number(req.header('content-length') ?? 0) > most) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A body may have no length, or not the one that it says.
  const stream: AsyncIterable<Uint8Array> | null = req.raw.body;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > most) throw tooLarge;
    chunks.push(chunk);
  }
  if (given === undefined && length > 0) throw new HttpError('wrong-type', `Send the body as ${type}.`);
  const body = Buffer.concat(chunks);
  if (type === 'application/json' && length > 0) checkJson(body);
  // Whoever reads it next, a validator, gets the same bytes.
  const { method, headers, url } = req.raw;
  if (length > 0) req.raw = new Request(url, { method, headers, body });
  return body;
}

/** A validator would take wrong UTF-8 with signs put in its place. */
function checkJson(body: Uint8Array): void {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new HttpError('bad-request', 'The body is not UTF-8.', { cause });
  }
}
