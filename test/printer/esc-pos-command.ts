/** One command of ESC/POS, or one byte of text. */
export interface EscPosCommand {
  /** Its two or three characters, such as `ESC a`; `text` for what is printed, `LF`. */
  readonly name: string;
  readonly data: Uint8Array;
  /** How many bytes it took. */
  readonly length: number;
}

/** Commands of a fixed length: how many bytes follow the two of the name. */
const fixed: Readonly<Record<string, number>> = {
  'ESC @': 0,
  'ESC 2': 0,
  'ESC 3': 1,
  'ESC M': 1,
  'ESC  ': 1,
  'ESC {': 1,
  'ESC -': 1,
  'ESC E': 1,
  'ESC a': 1,
  'ESC t': 1,
  'ESC R': 1,
  'ESC d': 1,
  'ESC $': 2,
  'ESC \\': 2,
  'FS .': 0,
  'FS &': 0,
  'FS C': 1,
  'FS -': 1,
  'FS S': 2,
  'GS a': 1,
  'GS B': 1,
  'GS !': 1,
  'GS L': 2,
  'GS W': 2,
  'GS w': 1,
  'GS h': 1,
  'GS H': 1,
  'GS r': 1,
};

const prefixes: Readonly<Record<number, string>> = { 0x1b: 'ESC', 0x1c: 'FS', 0x1d: 'GS' };

/**
 * The first command in what a printer has received, or `undefined` where its end has not come yet. What no
 * command begins with is an error: a printer would print rubbish.
 */
export function firstCommand(bytes: Uint8Array): EscPosCommand | undefined {
  const [first, second] = bytes;
  if (first === undefined) return undefined;
  const prefix = prefixes[first];
  if (prefix === undefined) return plain(first);
  if (second === undefined) return undefined;
  const name = `${prefix} ${String.fromCharCode(second)}`;
  const length = lengthOf(name, bytes);
  if (length === undefined || bytes.length < 2 + length) return undefined;
  return { name, data: bytes.slice(2, 2 + length), length: 2 + length };
}

function plain(byte: number): EscPosCommand {
  const data = Uint8Array.of(byte);
  if (byte === 0x0a) return { name: 'LF', data, length: 1 };
  if (byte >= 0x20 && byte !== 0x7f) return { name: 'text', data, length: 1 };
  throw new Error(`The printer was sent the byte ${byte.toString(16)}, which prints nothing.`);
}

/** How many bytes follow the name; `undefined` where that is not known yet. */
function lengthOf(name: string, bytes: Uint8Array): number | undefined {
  const [, , third, fourth, fifth] = bytes;
  if (name === 'GS V') {
    if (third === undefined) return undefined;
    return third >= 65 ? 2 : 1;
  }
  if (name === 'GS k') {
    if (third === undefined || fourth === undefined) return undefined;
    if (third < 65) throw new Error('The printer was sent a bar code in a form that it does not know.');
    return 2 + fourth;
  }
  if (name === 'FS (' || name === 'GS (') {
    if (fourth === undefined || fifth === undefined) return undefined;
    return 3 + fourth + 256 * fifth;
  }
  const length = fixed[name];
  if (length === undefined) throw new Error(`The printer was sent ${name}, which it does not know.`);
  return length;
}
