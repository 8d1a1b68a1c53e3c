import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from '@hono/zod-openapi';
import { pageFrom, pageOf, pageQuery } from './pages.ts';

describe('a list by pages', () => {
  it('gives each row once, in order, whatever the number of rows and the limit', () => {
    const page = pageOf(z.string());
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (count, limit) => {
        const all = Array.from({ length: count }, (_, index) => String(index).padStart(3, '0'));
        const seen: string[] = [];
        for (let after = '', more = true; more;) {
          const rows = all.filter((row) => row > after).slice(0, limit + 1);
          const { items, next } = page.parse(
            pageFrom(
              rows,
              limit,
              (row) => row,
              (row) => row,
            ),
          );
          expect(items.length).toBeLessThanOrEqual(limit);
          seen.push(...items);
          more = next !== null;
          after = next ?? '';
        }
        expect(seen).toEqual(all);
      }),
    );
  });

  it('is asked for with a limit that is sensible, and nothing unknown', () => {
    expect(pageQuery.parse({})).toEqual({ limit: 50 });
    for (const query of [{ limit: '0' }, { limit: '201' }, { limit: 'all' }, { after: '' }, { before: 'x' }])
      expect(pageQuery.safeParse(query).success).toBe(false);
  });
});
