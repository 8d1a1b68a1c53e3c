import fc from 'fast-check';
import { verdictNames } from '../../gate/decide/verdict.ts';
import type { Entry } from '../../gate/journal-format/entry.ts';

const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const line = name.filter((text) => !/\p{Cc}/u.test(text));
const direction = fc.constantFrom('in' as const, 'out' as const);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const place = { epoch: fc.integer({ min: 1 }), number: fc.nat() };
const subject = {
  tag: optional(bytes(16)),
  ticket: optional(name),
  category: optional(name),
  party: optional(
    fc.record({
      id: name,
      role: fc.constantFrom('representative' as const, 'companion' as const),
      size: fc.integer({ min: 1 }),
    }),
  ),
  needsAdult: optional(fc.constant(true as const)),
  people: optional(fc.integer({ min: 2 })),
};
const kind = <Kind extends string>(value: Kind) => ({ kind: fc.constant(value), at: time, number: fc.nat() });

/** Any entry that a journal can hold, of every kind. */
export const anyEntry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({
    ...kind('start'),
    gate: name,
    epoch: place.epoch,
    previous: optional(fc.record({ epoch: place.epoch, size: fc.nat(), root: bytes(32) })),
    afterDamage: optional(fc.constant(true as const)),
    software: optional(name),
  }),
  fc.record({ ...kind('stop'), reason: optional(line) }),
  fc.record({
    ...kind('pack'),
    event: name,
    session: name,
    version: fc.integer({ min: 1 }),
    digest: bytes(32),
  }),
  fc.record({
    ...kind('tap'),
    session: optional(name),
    verdict: fc.constantFrom(...verdictNames),
    direction,
    repeat: optional(fc.constant(true as const)),
    code: optional(line),
    ...subject,
  }),
  fc.record({ ...kind('hand'), session: name, direction, by: name, reason: line, ...subject }),
  fc.record({ ...kind('undo'), admission: fc.record(place), by: name, reason: line }),
  fc.record({ ...kind('lane'), open: fc.boolean(), by: name }),
  fc.record({ ...kind('clock'), expected: time, found: time }),
  fc.record({
    ...kind('checkpoint'),
    size: fc.nat(),
    root: bytes(32),
    why: fc.constantFrom('open' as const, 'interval' as const, 'close' as const, 'hand-over' as const),
  }),
  fc.record({ ...kind('countersigned'), epoch: place.epoch, size: fc.nat(), by: name }),
);
