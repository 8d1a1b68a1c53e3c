import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventReader } from './read-events.ts';

describe('server-sent events', () => {
  it('come out whole however they are cut up on their way, comments left out', () => {
    const line = fc.string({ maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ' '));
    const event = fc.record({ event: fc.constantFrom('ready', 'verdict', 'out-of-order'), data: line });
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat(400)), (events, cuts) => {
        const text = events.map((each) => `: \n\nevent: ${each.event}\ndata: ${each.data}\n\n`).join('');
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const reader = new EventReader();
        const read = places.slice(1).flatMap((end, index) => reader.read(text.slice(places[index], end)));
        expect(read).toEqual(events);
      }),
    );
  });

  it('are called message where they have no name, and may have several lines', () => {
    expect(new EventReader().read('data: one\ndata: two\n\n')).toEqual([
      { event: 'message', data: 'one\ntwo' },
    ]);
  });

  it('never keep more than a measure of what does not end', () => {
    const reader = new EventReader();
    reader.read('data: '.padEnd(3 * 1024 * 1024, 'x'));
    const [event] = reader.read('\n\n');
    expect(event?.data.length ?? 0).toBeLessThanOrEqual(1024 * 1024);
  });
});
