import { fitType } from './fit-type.ts';
import { placeholders, type Placeholder } from './receipt.ts';
import { ReceiptError } from './receipt-error.ts';
import { defaultTemplate } from './default-template.ts';

/** A piece of a template's line: markup as written, or the name of a value. */
type Piece = { readonly markup: string } | { readonly value: Placeholder };

/** A receipt's template, checked. */
export interface Template {
  readonly lines: readonly (readonly Piece[])[];
}

/** As much as a pack may hold, and far more than a receipt needs. */
const longestValue = 200;

/**
 * Reads a receiptline template: markup as receiptline has it, and `{seat}`, `{event.ja}` and so on where a
 * value goes. An empty one is the default. Throws a `ReceiptError` that names what cannot stay: an unknown
 * placeholder, an escape cut short, or a command to the device, which could do anything.
 *
 * @example
 * const template = readTemplate('^^^{seat}\n{gate} | {time}');
 */
export function readTemplate(text: string): Template {
  const source = text.trim() === '' ? defaultTemplate : text;
  return { lines: source.split(/\r\n|\n|\r/).map((line, index) => readLine(line, index + 1)) };
}

/**
 * The receiptline document: each placeholder with its value, escaped so that it stays one piece of text
 * whatever is in it. A line whose placeholders are all without a value is left out.
 */
export function fillTemplate(
  { lines }: Template,
  values: Readonly<Record<Placeholder, string>>,
  columns: number,
): string {
  const filled: string[] = [];
  for (const line of lines) {
    const named = line.flatMap((piece) => ('value' in piece ? [piece.value] : []));
    if (named.length > 0 && named.every((name) => plainText(values[name]) === '')) continue;
    let text = '';
    for (const [index, piece] of line.entries()) {
      if ('markup' in piece) {
        const before = line[index + 1];
        const width = before !== undefined && 'value' in before ? plainText(values[before.value]) : undefined;
        text += width === undefined ? piece.markup : fitType(piece.markup, width, columns);
      } else {
        text += escapeValue(values[piece.value]);
      }
    }
    filled.push(text);
  }
  return filled.join('\n');
}

/**
 * A value as receiptline takes it for text and nothing else, in text and in properties. receiptline brings
 * a document to NFC before it reads it, which would make markup of some harmless-looking characters and
 * could join a mark to an escape; so the value is brought to NFC first, and such marks are dropped.
 */
export function escapeValue(value: string): string {
  return plainText(value).replaceAll(
    /[ -/:-@[-`{-~]/g,
    (special) => `\\x${special.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** A value without what no printer prints: controls, direction marks, halves of characters, loose marks. */
function plainText(value: string): string {
  return value
    .normalize()
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    .replaceAll(/(^|[ -/:-@[-`{-~])\p{M}+/gu, '$1')
    .trim()
    .slice(0, longestValue)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

function readLine(line: string, number: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of line.matchAll(/\\x[0-9A-Fa-f]{2}|\\[^x]|\\|\{([^{}:;|\\]*)\}/g)) {
    if (match[0] === '\\') throw wrong(number, 'a backslash there escapes nothing');
    const name = match[1]?.trim();
    if (name === undefined || name === '') continue;
    if (!isPlaceholder(name)) {
      const known = placeholders.join(', ');
      throw wrong(number, `there is no {${name.slice(0, 40)}}; it may name ${known}`);
    }
    if (match.index > from) pieces.push({ markup: line.slice(from, match.index) });
    pieces.push({ value: name });
    from = match.index + match[0].length;
  }
  if (from < line.length) pieces.push({ markup: line.slice(from) });
  const markup = pieces.map((piece) => ('markup' in piece ? piece.markup : '')).join('');
  if (/[{;]\s*(?:x|command)\s*:/.test(markup)) {
    throw wrong(number, 'it has a command to the device, which a template may not give');
  }
  return pieces;
}

function isPlaceholder(name: string): name is Placeholder {
  return (placeholders as readonly string[]).includes(name);
}

function wrong(line: number, why: string): ReceiptError {
  return new ReceiptError('template-wrong', `The receipt's template is wrong in line ${line}: ${why}.`);
}
