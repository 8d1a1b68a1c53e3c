import type { Context } from 'hono';
import type { z } from 'zod';
import { RequestError } from './problem.ts';

const mostJsonBytes = 16 * 1024;

/** A request's JSON, checked. Whatever is not as the schema has it is refused, with its path. */
export async function jsonBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const bytes = await bodyOf(context, 'application/json', mostJsonBytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RequestError('bad-request', 'The body is not JSON.', { cause });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const wrong = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new RequestError('bad-request', `The body is wrong. ${wrong.join('; ')}`);
}

/** A request's body of that type (which no form of a page elsewhere can send), and no longer than that. */
export async function bodyOf(context: Context, type: string, most: number): Promise<Uint8Array> {
  return Buffer.concat(await chunksOf(context, type, most));
}

/** The same for a secret: what it was received in is wiped, and the answer is the caller's to wipe. */
export async function secretBody(context: Context, type: string, most: number): Promise<Uint8Array> {
  const chunks = await chunksOf(context, type, most);
  // Of its own memory, not of the pool that all small buffers share.
  const secret = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    secret.set(chunk, at);
    at += chunk.length;
    chunk.fill(0);
  }
  return secret;
}

async function chunksOf(context: Context, type: string, most: number): Promise<Uint8Array[]> {
  const given = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (given !== type) throw new RequestError('wrong-type', `Send the body as ${type}.`);
  const tooLarge = new RequestError('too-large', `The body is longer than ${most} bytes.`);
  if (Number(context.req.header('content-length') ?? 0) > most) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A body may have no length, or not the one that it says.
  const stream: AsyncIterable<Uint8Array> | null = context.req.raw.body;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > most) throw tooLarge;
    chunks.push(chunk);
  }
  return chunks;
}
