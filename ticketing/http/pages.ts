import { z } from '@hono/zod-openapi';

/**
 * The query of every list: from where on, and how many. A room adds its filters with `.extend`.
 */
export const pageQuery = z.strictObject({
  after: z.string().min(1).max(64).optional().meta({ description: 'What `next` of the page before said.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A page of a list; `next` is null on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

/**
 * Makes a page of up to one row more than was asked for: that one only tells that there are more.
 *
 * @example
 * const rows = await query.where('id', '>', after ?? '').orderBy('id').limit(limit + 1).execute();
 * return context.json(pageFrom(rows, limit, (row) => row.id, view), 200);
 */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  view: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(last) : null;
  return { items: shown.map(view), next };
}
