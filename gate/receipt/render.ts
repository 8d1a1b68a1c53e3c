import { transform } from 'receiptline';
import { ReceiptError } from './receipt-error.ts';
import { receiptValues, sampleReceipt, type Receipt } from './receipt.ts';
import { fillTemplate, readTemplate, type Template } from './template.ts';

/** What a receipt is drawn from. */
export interface Drawing {
  readonly receipt: Receipt;
  readonly template: Template;
  readonly columns: number;
  /** Whether it is printed again, which the paper says. */
  readonly copy?: boolean;
}

// The characters of Japanese printers. What they lack, such as an emoji, is printed as a question mark.
const encoding = 'shiftjis';

/**
 * ESC/POS for a printer. It ends with a question for the paper sensor that the printer answers once all
 * before it is printed: so it is known that the receipt is on paper.
 */
export function renderEscPos({ receipt, template, columns, copy = false }: Drawing): Uint8Array {
  return toEscPos(fillTemplate(template, receiptValues(receipt, copy), columns), columns);
}

/** A receiptline document in which every value is escaped, for a printer. */
export function toEscPos(document: string, columns: number): Uint8Array {
  return Buffer.from(
    transform(document, { cpl: columns, encoding, command: 'escpos', spacing: true, cutting: true }),
    'latin1',
  );
}

/** The same receipt as a picture for screens, which loads nothing from anywhere. */
export function renderSvg({ receipt, template, columns, copy = false }: Drawing): string {
  const document = fillTemplate(template, receiptValues(receipt, copy), columns);
  // receiptline would fetch a font from the network.
  return transform(document, { cpl: columns, encoding, command: 'svg', spacing: true }).replaceAll(
    /@import url\("[^"]*"\);/g,
    '',
  );
}

/**
 * Reads a template and draws a sample by it, so that what cannot be drawn, such as a picture that is none,
 * is known when the template is taken and not at the door. Throws a `ReceiptError` that says what is wrong.
 */
export function openTemplate(text: string): Template {
  const template = readTemplate(text);
  const sample = { receipt: sampleReceipt, template, columns: 48 };
  try {
    renderEscPos(sample);
    renderSvg(sample);
  } catch (cause) {
    throw new ReceiptError(
      'template-wrong',
      'The receipt’s template is wrong: a picture or a code in it cannot be drawn.',
      { cause },
    );
  }
  return template;
}
