import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CardMaterial, cardMaterial, sandboxKeyId } from './card-material.ts';
import { ordinaryCard } from './ordinary-card.ts';
import { statusOf } from './status-words.ts';
import type { VirtualCard } from './virtual-card.ts';

const profiles = ['jpki-rsa', 'eac-rsa', 'eac-p384'] as const;
let materials: Record<(typeof profiles)[number], CardMaterial>;

beforeAll(() => {
  materials = {
    'jpki-rsa': cardMaterial('rsa', sandboxKeyId),
    'eac-rsa': cardMaterial('rsa', Buffer.from('JPROOT00001')),
    'eac-p384': cardMaterial('ec', Buffer.from('JPROOT00001')),
  };
});

/** Pieces of real commands, so that random ones get past the first checks. */
const header = fc.tuple(
  fc.constantFrom(0x00, 0x80, 0x0c, 0x10),
  fc.constantFrom(0xa4, 0xb0, 0x20, 0x84, 0x2a, 0xa2, 0x82, 0x22),
  fc.constantFrom(0x00, 0x02, 0x03, 0x04, 0x06, 0x81, 0x97, 0x9a),
  fc.constantFrom(0x00, 0x0c, 0x80, 0x97, 0x98, 0x9a, 0x9b, 0xa4, 0xb6, 0xbe, 0xc1),
);
const data = fc.oneof(
  fc
    .constantFrom('', 'd392f000260100000001', '0017', '0016', '001a', '0018', '000a', '5f3782010000', '8300')
    .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ minLength: 256, maxLength: 310 }),
);
const le = fc.constantFrom(new Uint8Array(0), Uint8Array.of(0), Uint8Array.of(0x20), Uint8Array.of(0x08));
const likelyCommand = fc.tuple(header, data, le).map(([start, body, end]) => {
  const short = body.length < 256;
  const lc = short ? [body.length] : [0, body.length >> 8, body.length & 0xff];
  return Uint8Array.of(...start, ...(body.length === 0 ? [] : lc), ...body, ...(short ? end : []));
});
/** Four digits are guessed at with a chance of 1 in 10,000 a try, so VERIFY with the PIN itself is left out. */
const guessesThePin = (command: Uint8Array): boolean => Buffer.from(command).includes('1234');
const command = fc
  .oneof({ weight: 3, arbitrary: likelyCommand }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 600 }) })
  .filter((bytes) => !guessesThePin(bytes));

const step = fc.oneof(
  { weight: 20, arbitrary: command },
  { weight: 3, arbitrary: fc.constant('select' as const) },
  { weight: 1, arbitrary: fc.constant('reset' as const) },
);

/** Takes one step; the answer where the step was a command. */
function take(card: VirtualCard, taken: Uint8Array | 'select' | 'reset'): Uint8Array | undefined {
  if (taken === 'reset') {
    card.reset();
    return undefined;
  }
  const bytes = taken === 'select' ? Buffer.from('00a4040c0ad392f000260100000001', 'hex') : taken;
  return card.transmit(bytes);
}

describe.each(profiles)('a card made with %s', (profile) => {
  it('answers every string of bytes with two bytes or more', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const card = ordinaryCard({ ...materials[profile], profile });
        for (const taken of steps) {
          const answered = take(card, taken);
          if (answered !== undefined) expect(answered.length).toBeGreaterThanOrEqual(2);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('signs nothing and shows no signature certificate, whatever comes, without PIN or proof', () => {
    const secret = Buffer.from(materials[profile].holder.signature.certificate.subarray(0, 16));
    const askToSign = [0x17, 0x1a].map((file) => {
      const size = profile === 'eac-p384' ? 48 : 32;
      return Uint8Array.of(0x80, 0x2a, 0x02, 0x80 | file, size, ...new Uint8Array(size), 0x00);
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const card = ordinaryCard({ ...materials[profile], profile });
        for (const taken of steps) {
          const answered = take(card, taken) ?? new Uint8Array(0);
          const signing = taken[0] === 0x80 && taken[1] === 0x2a;
          if (signing) expect(answered).toHaveLength(2);
          expect(Buffer.from(answered).includes(secret)).toBe(false);
          for (const ask of askToSign) expect([0x6982, 0x6985]).toContain(statusOf(card.transmit(ask)));
        }
      }),
      { numRuns: 200 },
    );
  });
});
