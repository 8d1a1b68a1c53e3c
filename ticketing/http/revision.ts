import type { Context } from 'hono';
import { HttpError } from './http-error.ts';

/** A row's revision as an ETag. */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/**
 * The revision that the asker has seen (If-Match). Compare it with the row's own inside the transaction.
 *
 * @example
 * const seen = seenRevision(context);
 * await store.transaction(async (tables) => {
 *   const row = await ...; requireRevision(row, seen); ...
 * });
 */
export function seenRevision(context: Context): number {
  const given = context.req.header('if-match');
  if (given === undefined) {
    throw new HttpError('revision-missing', 'Send If-Match with the ETag of what you have seen.');
  }
  const [, digits] = /^"(\d{1,9})"$/.exec(given) ?? [];
  if (digits === undefined) throw new HttpError('bad-request', 'If-Match must be one ETag as it was given.');
  return Number(digits);
}

export function requireRevision(row: { readonly revision: number }, seen: number): void {
  if (row.revision === seen) return;
  throw new HttpError('revision-changed', 'It was changed meanwhile; read it again, then decide anew.');
}

/** Whether the asker has this very thing already (If-None-Match). A proxy that compresses makes an ETag a weak one. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag) ?? false;
}
