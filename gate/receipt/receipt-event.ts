import type { Language } from '../decide/presentation.ts';
import type { PrinterStatus } from './printer-state.ts';

type Says = Readonly<Record<Language, string>>;

/** What staff are told about receipts. */
export type ReceiptEvent =
  /** How many wait, and how many may or may not be on paper; told at each change. */
  | { readonly kind: 'receipts'; readonly waiting: number; readonly inDoubt: number }
  /** The printer's state; told at each change. */
  | { readonly kind: 'printer'; readonly status: PrinterStatus }
  | { readonly kind: 'printed'; readonly code: string; readonly copy: boolean }
  /** The printer took a receipt and never said that it printed it. It is not printed again by itself. */
  | { readonly kind: 'in-doubt'; readonly code: string; readonly says: Says }
  /** A receipt could not be kept or drawn: there will be none unless staff see to it. */
  | { readonly kind: 'receipt-lost'; readonly code: string; readonly says: Says }
  /** The file of receipts was damaged; it is kept aside and a new one begun. */
  | { readonly kind: 'receipts-damaged'; readonly says: Says }
  /** The pack's template cannot be used; the receipts have the ordinary form. */
  | { readonly kind: 'template-wrong'; readonly reason: string; readonly says: Says };

export function inDoubt(code: string): ReceiptEvent {
  return {
    kind: 'in-doubt',
    code,
    says: {
      ja: `控え ${code} は印刷されたか分かりません。紙を確かめ、なければ再発行してください。`,
      en: `Receipt ${code} may or may not be on paper; look, and reprint it where it is missing.`,
    },
  };
}

export function lost(code: string): ReceiptEvent {
  return {
    kind: 'receipt-lost',
    code,
    says: {
      ja: `控え ${code} を印刷できません。ディスクを確かめ、入場者には手書きの控えを渡してください。`,
      en: `Receipt ${code} cannot be printed; check the disk, and give the visitor a written note of the seat.`,
    },
  };
}

export function storeDamaged(): ReceiptEvent {
  return {
    kind: 'receipts-damaged',
    says: {
      ja: '控えの待ち行列が壊れていたため、新しく始めました。まだ印刷されていない控えは出ません。',
      en: 'The queue of receipts was damaged and a new one was begun; receipts not yet printed will not be.',
    },
  };
}

export function templateWrong(reason: string): ReceiptEvent {
  return {
    kind: 'template-wrong',
    reason,
    says: {
      ja: 'パックの控えのひな形が使えないため、標準のひな形で印刷します。',
      en: 'The pack’s receipt template cannot be used; receipts are printed in the ordinary form.',
    },
  };
}
