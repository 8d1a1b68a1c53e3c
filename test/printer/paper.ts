import type { EscPosCommand } from './esc-pos-command.ts';

/** A piece of a line, in one type. */
export interface Span {
  readonly text: string;
  /** Where it begins, in narrow characters from the left. */
  readonly column: number;
  readonly wide: number;
  readonly high: number;
  readonly bold: boolean;
  readonly inverted: boolean;
}

export type PrintedLine = readonly Span[];

/** What lies on the counter after a cut. */
export interface Slip {
  readonly lines: readonly PrintedLine[];
  readonly barcodes: readonly string[];
}

/** Dots of a narrow character. */
const cell = 12;

const shiftJis = new TextDecoder('shift_jis', { fatal: true });

/** The paper in a printer: takes commands one by one, as a printer prints them. */
export class Paper {
  /** What came out and was cut off. */
  readonly slips: Slip[] = [];
  #lines: PrintedLine[] = [];
  #barcodes: string[] = [];
  #spans: (Span & { dots: number })[] = [];
  #position = 0;
  #style = plainStyle;
  #kanji = true;
  #lead: number | undefined;

  /** What is on the paper and not cut off. */
  get begun(): readonly PrintedLine[] {
    return this.#lines;
  }

  take({ name, data }: EscPosCommand): void {
    const [n = 0, m = 0] = data;
    switch (name) {
      case 'text':
        this.#character(n);
        break;
      case 'LF':
        this.#feed();
        break;
      case 'ESC @':
        this.#spans = [];
        this.#position = 0;
        this.#style = plainStyle;
        this.#lead = undefined;
        break;
      case 'ESC $':
        this.#position = n + 256 * m;
        break;
      case 'ESC \\':
        this.#position += n + 256 * m;
        break;
      case 'ESC E':
        this.#style = { ...this.#style, bold: (n & 1) === 1 };
        break;
      case 'GS B':
        this.#style = { ...this.#style, inverted: (n & 1) === 1 };
        break;
      case 'GS !':
        this.#style = { ...this.#style, wide: (n >> 4) + 1, high: (n & 15) + 1 };
        break;
      case 'FS C':
        this.#kanji = (n & 1) === 1;
        break;
      case 'GS k':
        this.#barcodes.push(Buffer.from(data.subarray(2)).toString('latin1'));
        break;
      case 'GS V':
        this.#cut();
        break;
    }
  }

  #character(byte: number): void {
    if (this.#lead !== undefined) {
      const text = shiftJis.decode(Uint8Array.of(this.#lead, byte));
      this.#lead = undefined;
      this.#put(text, 2);
    } else if (this.#kanji && ((byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc))) {
      this.#lead = byte;
    } else if (byte > 0x7f && !this.#kanji) {
      this.#put(byte === 0x95 ? '─' : '�', 1);
    } else {
      this.#put(byte < 0x80 ? String.fromCharCode(byte) : shiftJis.decode(Uint8Array.of(byte)), 1);
    }
  }

  #put(text: string, columns: number): void {
    const dots = columns * cell * this.#style.wide;
    const last = this.#spans.at(-1);
    if (
      last !== undefined &&
      last.column * cell + last.dots === this.#position &&
      sameStyle(last, this.#style)
    ) {
      this.#spans[this.#spans.length - 1] = { ...last, text: last.text + text, dots: last.dots + dots };
    } else {
      this.#spans.push({ ...this.#style, text, column: this.#position / cell, dots });
    }
    this.#position += dots;
  }

  #feed(): void {
    this.#lines.push(
      this.#spans.map(({ text, column, wide, high, bold, inverted }) => ({
        text,
        column,
        wide,
        high,
        bold,
        inverted,
      })),
    );
    this.#spans = [];
    this.#position = 0;
  }

  /** A second cut at the same place cuts off nothing. */
  #cut(): void {
    if (this.#lines.length === 0 && this.#barcodes.length === 0) return;
    this.slips.push({ lines: this.#lines, barcodes: this.#barcodes });
    this.#lines = [];
    this.#barcodes = [];
  }
}

const plainStyle = { wide: 1, high: 1, bold: false, inverted: false };

function sameStyle(a: typeof plainStyle, b: typeof plainStyle): boolean {
  return a.wide === b.wide && a.high === b.high && a.bold === b.bold && a.inverted === b.inverted;
}

/** A slip as people read it: a line of text a line, without empty ones. */
export function textOf({ lines }: Slip): string[] {
  return lines
    .map((line) =>
      line
        .map(({ text }) => text)
        .join(' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '');
}
