import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Store } from '../store/store.ts';
import { fileOf, type VersionRow } from './kept-versions.ts';

const octets = 'application/octet-stream';

/** A file as a route's answer. */
export function sentOctets(description: string) {
  return {
    description,
    content: { [octets]: { schema: z.string().openapi({ format: 'binary' }) } },
  } as const;
}

/** Sends a version's file while it is read: no instance holds it whole. */
export function sentFile(
  context: Context,
  store: Pick<Store, 'db'>,
  { id, bytes, version, kind }: VersionRow,
): Response {
  const ending = kind === 'full' ? 'pack' : 'delta';
  return context.body(ReadableStream.from(fileOf(store, id)) as ReadableStream, 200, {
    'content-type': octets,
    'content-length': String(bytes),
    'content-disposition': `attachment; filename="entry-list-${version}.${ending}"`,
  });
}
