import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readApplication, writeApplication, type ApplicationForm } from './application-form.ts';
import { readBinding, writeBinding } from './binding-form.ts';

const application: ApplicationForm = {
  format: 'kazasu/application/v1',
  id: '00112233445566778899aabbccddeeff',
  at: '2027-01-15T03:04:05.678Z',
  session: 'first-night',
  event: { ja: '春の音楽会', en: 'Spring concert' },
  title: { ja: '初日', en: 'First night' },
  startsAt: '2027-04-03T09:00:00.000Z',
  category: 'S',
  categoryText: { ja: 'S席', en: 'S seat' },
  tickets: 2,
  companions: 'own-cards',
  price: 8000,
  total: 16000,
};
const text = JSON.stringify(application);
const bytesOf = (json: string): Uint8Array => new TextEncoder().encode(json);

describe('a form that a card signs', () => {
  it('reads back as it was written', () => {
    expect(readApplication(writeApplication(application))).toEqual(application);
  });

  it('is written in one way, whatever the order in which its fields are given', () => {
    const { total, ...rest } = application;
    expect(writeApplication({ total, ...rest })).toEqual(bytesOf(text));
  });

  it.each([
    ['a field twice', text.replace('"tickets":2', '"tickets":9,"tickets":2')],
    ['white space', text.replace('{', '{ ')],
    ['another order', text.replace('"price":8000,"total":16000', '"total":16000,"price":8000')],
    ['a number written otherwise', text.replace('"tickets":2', '"tickets":2.0')],
    ['an escape that need not be', text.replace('S seat', '\\u0053 seat')],
    ['something after it', `${text}\n`],
    ['a byte order mark', `\uFEFF${text}`],
  ])('is refused with %s: two programs could read two things', (_, json) => {
    expect(() => readApplication(bytesOf(json))).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it.each([
    ['an unknown field', text.replace('{', '{"extra":1,')],
    ['text that runs backwards', text.replace('S seat', 'S\u202Eseat')],
    ['a line break in a text', text.replace('S seat', 'S\\nseat')],
    ['another format', text.replace('application/v1', 'binding/v1')],
    ['a time without milliseconds', text.replace('05.678Z', '05Z')],
    ['no tickets', text.replace('"tickets":2', '"tickets":0')],
  ])('is refused with %s', (_, json) => {
    expect(() => readApplication(bytesOf(json))).toThrow(expect.objectContaining({ code: 'wrong-field' }));
  });

  it('is refused with any byte changed, or reads as another form, never as the same', () => {
    const bytes = writeApplication(application);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        let read: ApplicationForm | undefined;
        try {
          read = readApplication(changed);
        } catch (error) {
          expect(error).toHaveProperty('code', expect.stringMatching(/^(malformed|wrong-field)$/));
        }
        expect(read).not.toEqual(application);
      }),
    );
  });

  it('names a ticket for a binding, under the challenge of the service', () => {
    const { event, title, startsAt, at } = application;
    const challenge = 'ab'.repeat(32);
    const form = {
      format: 'kazasu/binding/v1' as const,
      challenge,
      at,
      ticket: 't1',
      event,
      title,
      startsAt,
    };
    expect(readBinding(writeBinding(form))).toEqual(form);
  });
});
