import fc from 'fast-check';
import { commands, transform } from 'receiptline';
import { describe, expect, it } from 'vitest';
import { defaultTemplate } from './default-template.ts';
import { receiptValues, sampleReceipt, type Placeholder } from './receipt.ts';
import { openTemplate } from './render.ts';
import { escapeValue, fillTemplate, readTemplate } from './template.ts';

const values = receiptValues(sampleReceipt, false);

function fill(text: string, changed: Partial<Record<Placeholder, string>> = {}, columns = 48): string {
  return fillTemplate(readTemplate(text), { ...values, ...changed }, columns);
}

/** What receiptline makes of a document: each call to the printer by its name, and all text in one. */
function calls(document: string): { names: string[]; text: string } {
  const names: string[] = [];
  let text = '';
  const record = (name: string, keep?: (text: string) => void) => (first: unknown) => {
    if (names.at(-1) !== name) names.push(name);
    keep?.(String(first));
    return '';
  };
  const recorder = Object.fromEntries(
    [
      'open',
      'close',
      'area',
      'align',
      'absolute',
      'relative',
      'hr',
      'vr',
      'vrstart',
      'vrstop',
      'vrhr',
      'vrlf',
    ]
      .concat(['cut', 'ul', 'em', 'iv', 'wh', 'normal', 'lf', 'command', 'image', 'qrcode', 'barcode'])
      .map((name) => [name, record(name)]),
  );
  const command = {
    ...commands.base,
    ...recorder,
    text: record('text', (piece) => (text += piece)),
  };
  // In a Japanese encoding receiptline writes a backslash as the yen sign that stands in its place.
  transform(document, { cpl: 5000, encoding: 'cp437', command });
  return { names, text };
}

describe('a receipt’s template', () => {
  it('puts values where they are named', () => {
    expect(fill('{gate} | {time}')).toBe('north\\x2d1 | 18\\x3a12');
  });

  it('is the ordinary one where a pack has none', () => {
    expect(readTemplate(' \n')).toEqual(readTemplate(defaultTemplate));
  });

  it('names what is not a placeholder, and its line', () => {
    expect(() => readTemplate('{seat}\n{name}')).toThrow(
      /line 2: there is no \{name\}; it may name event\.ja/,
    );
  });

  it('leaves receiptline’s own properties and escapes as they are', () => {
    const text = '{width:10 *; border:line}\n\\{seat\\} \\x5e \\^ {code:1;option:qrcode}';
    expect(fill(text)).toBe(text);
  });

  it('takes a placeholder within a property', () => {
    expect(fill('{code:{code};option:qrcode,4,m}')).toBe('{code:1\\x2d572\\x2d0;option:qrcode,4,m}');
  });

  it.each(['{x:\\x1bp}', '{command:hello}', '{width:4; command : {gate}}'])(
    'refuses a command to the device: %s',
    (text) => {
      expect(() => readTemplate(text)).toThrow('a command to the device');
    },
  );

  it.each(['\\x{gate}', '\\x1{gate}', 'end\\'])('refuses an escape cut short: %s', (text) => {
    expect(() => readTemplate(text)).toThrow('escapes nothing');
  });

  it('refuses a picture that is none when it is opened', () => {
    expect(() => openTemplate('{image:AAAA}')).toThrow('cannot be drawn');
  });

  it('leaves out a line that has nothing to say', () => {
    expect(fill('a\n^^{zone}\nb {zone}{gate}', { zone: '' })).toBe('a\nb north\\x2d1');
  });

  it('says nothing of a seat where there is none', () => {
    const text = fill(defaultTemplate, { seat: '', zone: 'A2' });
    expect(text).not.toContain('座席');
    expect(text).toContain('区画 Zone\\n^^^A2');
  });

  it.each([
    ['1階 A列 12番', 48, '^^^^'],
    ['2階 R1扉 12列 34番', 48, '^^^'],
    ['2階 R1扉 12列 34番', 32, '^^'],
  ])('lowers the type until the seat %s stays on a line of %i', (seat, columns, type) => {
    expect(fill('^^^^{seat}', { seat }, columns)).toBe(`${type}${escapeValue(seat)}`);
  });

  it('escapes what receiptline’s normalising would turn into markup', () => {
    // U+1FEF becomes a backquote, which inverts.
    expect(escapeValue('\u1fefx')).toBe('\\x60x');
    // A cedilla would join the last digit of an escape.
    expect(escapeValue('a|\u0327b')).toBe('a\\x7cb');
    expect(escapeValue('\u0327b')).toBe('b');
  });
});

const specials = fc.constantFrom(
  ...Array.from('|{}~_"`^\\-=;:x5n \t\n\r\u1fef\u037e\u0327\u0301\u0338\u2028\u202e\0\x1b'),
);
const nasty = fc.string({
  unit: fc.oneof(specials, fc.constantFrom('あ', '①', 'é', 'a', '7', '𠮷')),
  maxLength: 40,
});

describe('a value', () => {
  it.each([
    '{seat}',
    '|{seat}|',
    '^^^^{seat}',
    '"{seat}" | `{seat}`',
    '_{seat}_{gate}',
    'x{seat}=',
    '-{seat}',
  ])('is one piece of text in %s, whatever is in it', (template) => {
    fc.assert(
      fc.property(nasty, (value) => {
        const shown = escapeValue(value);
        fc.pre(shown !== '');
        const harmless = calls(fill(template, { seat: 'A', gate: 'g' }, 5000));
        const filled = calls(fill(template, { seat: value, gate: 'g' }, 5000));
        expect(filled.names).toEqual(harmless.names);
        const plain = shown.replaceAll(/\\x(..)/g, (_, hex: string) =>
          String.fromCharCode(parseInt(hex, 16)),
        );
        expect(filled.text).toBe(harmless.text.replaceAll('A', () => plain));
      }),
      { numRuns: 300 },
    );
  });

  it('never ends the property that it stands in', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        fc.pre(escapeValue(value) !== '');
        expect(calls(fill('{code:{seat};option:qrcode}', { seat: value })).names).toEqual(
          calls(fill('{code:{seat};option:qrcode}', { seat: 'A' })).names,
        );
      }),
    );
  });

  it('is cut off at a length that no receipt needs', () => {
    expect(escapeValue('あ'.repeat(5000))).toHaveLength(200);
  });
});
