import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow, WINDOW } from './byte-window.ts';

async function* asynchronous(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

describe('a window on a source', () => {
  it('shows every byte once, in order, whatever the chunks and the steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 50 })),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (chunks, steps) => {
          const all = Buffer.concat(chunks);
          const window = new ByteWindow(asynchronous(chunks));
          const seen: number[] = [];
          await window.fill();
          for (let i = 0; window.bytes.length > 0; i++) {
            const step = Math.min(window.bytes.length, steps[i % steps.length] ?? 1);
            expect(window.passed).toBe(seen.length);
            seen.push(...window.bytes.subarray(0, step));
            await window.fill(step);
          }
          expect(window.holdsTheRest).toBe(true);
          expect(Buffer.from(seen)).toEqual(all);
        },
      ),
    );
  });

  it('holds no more than its size of a chunk that is larger', async () => {
    const large = new Uint8Array(WINDOW + 10).fill(1);
    large[WINDOW] = 2;
    const window = new ByteWindow(large);
    await window.fill();
    expect([window.bytes.length, window.holdsTheRest]).toEqual([WINDOW, false]);
    await window.fill(WINDOW);
    expect([window.bytes.length, window.bytes[0], window.holdsTheRest]).toEqual([10, 2, true]);
  });

  it('lets go of a source that it did not read to the end', async () => {
    let closed = false;
    function* source(): Generator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(WINDOW);
      } finally {
        closed = true;
      }
    }
    const window = new ByteWindow(source());
    await window.fill();
    await window.close();
    expect(closed).toBe(true);
  });
});
