import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TypedBytes } from '../api/ask.ts';
import { TypedPin } from './typed-pin.ts';

const signature = { shortest: 6, longest: 16, characters: 'upper-case-letters-and-digits' } as const;
const authentication = { shortest: 4, longest: 4, characters: 'digits' } as const;

async function sent(pin: TypedPin): Promise<{ readonly text: string; readonly body: TypedBytes }> {
  let got: { text: string; body: TypedBytes } | undefined;
  await pin.send((body) => {
    got = { text: new TextDecoder().decode(body.bytes), body };
    return Promise.resolve();
  });
  if (got === undefined) throw new Error('It was not sent.');
  return got;
}

describe('a PIN that is typed', () => {
  it('is what was typed and not taken back, as far as a card can have it', async () => {
    const stroke = fc.oneof(
      fc.constantFrom('back', ' ', 'é', '', '12'),
      fc.string({ maxLength: 1 }),
      alphanumeric(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(stroke, { maxLength: 40 }), async (strokes) => {
        const pin = new TypedPin(signature);
        let expected = '';
        for (const each of strokes) {
          if (each === 'back') {
            pin.takeBack();
            expected = expected.slice(0, -1);
          } else if (pin.add(each)) expected += each.toUpperCase();
        }
        expect(expected).toMatch(/^[0-9A-Z]{0,16}$/);
        expect(pin.length).toBe(expected.length);
        expect((await sent(pin)).text).toBe(expected);
      }),
    );
  });

  it('has digits alone where it is the authentication PIN, and no fifth', () => {
    const pin = new TypedPin(authentication);
    expect(
      Array.from('1a2b345')
        .filter((each) => pin.add(each))
        .join(''),
    ).toBe('1234');
    expect(pin.isLongEnough).toBe(true);
  });

  it('is gone once it was sent, from where it was typed and from what was sent', async () => {
    const pin = new TypedPin(authentication);
    for (const digit of '1234') pin.add(digit);
    const { body } = await sent(pin);
    expect([...body.bytes]).toEqual([0, 0, 0, 0]);
    expect(pin.length).toBe(0);
  });

  it('is gone also where it could not be sent', async () => {
    const pin = new TypedPin(authentication);
    pin.add('1');
    let bytes: Uint8Array = Uint8Array.of(1);
    const failing = pin.send((body) => {
      bytes = body.bytes;
      return Promise.reject(new Error('no answer'));
    });
    await expect(failing).rejects.toThrow('no answer');
    expect([...bytes]).toEqual([0]);
  });
});

function alphanumeric(): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from('abcxyzABCXYZ0123456789'));
}
