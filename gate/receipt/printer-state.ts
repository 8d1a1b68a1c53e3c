import type { Language } from '../decide/presentation.ts';

/** What a printer can be in, gravest first: of several that hold at once the first is told. */
export const printerStates = [
  'unreachable',
  'silent',
  'cover-open',
  'paper-out',
  'cutter-error',
  'error',
  'offline',
  'busy',
  'paper-low',
  'ready',
] as const;

/** The state of a printer. */
export type PrinterState = (typeof printerStates)[number];

/** A printer's state as programs and staff are told it. */
export interface PrinterStatus {
  readonly state: PrinterState;
  /** Whether a receipt sent now would be printed. */
  readonly prints: boolean;
  readonly says: Readonly<Record<Language, string>>;
}

const table: Readonly<Record<PrinterState, Omit<PrinterStatus, 'state'>>> = {
  unreachable: {
    prints: false,
    says: {
      ja: 'プリンターに接続できません。電源とケーブルを確認してください。',
      en: 'The printer cannot be reached; check its power and its cable.',
    },
  },
  silent: {
    prints: false,
    says: {
      ja: 'プリンターが応答しません。電源を入れ直し、設定のアドレスを確認してください。',
      en: 'The printer does not answer; switch it off and on, and check that its address is a printer’s that speaks ESC/POS.',
    },
  },
  'cover-open': {
    prints: false,
    says: {
      ja: 'プリンターのカバーが開いています。閉めてください。',
      en: 'The printer’s cover is open; close it.',
    },
  },
  'paper-out': {
    prints: false,
    says: {
      ja: 'プリンターの用紙がありません。用紙を入れてください。',
      en: 'The printer is out of paper; put in a new roll.',
    },
  },
  'cutter-error': {
    prints: false,
    says: {
      ja: 'プリンターのカッターが止まりました。紙詰まりを取り除き、電源を入れ直してください。',
      en: 'The printer’s cutter is stuck; take out the jammed paper, then switch it off and on.',
    },
  },
  error: {
    prints: false,
    says: {
      ja: 'プリンターに異常があります。電源を入れ直してください。',
      en: 'The printer reports a fault; switch it off and on.',
    },
  },
  offline: {
    prints: false,
    says: {
      ja: 'プリンターがオフラインです。紙送りボタンとカバーを確認してください。',
      en: 'The printer is offline; check its feed button and its cover.',
    },
  },
  busy: {
    prints: false,
    says: {
      ja: 'プリンターが前の印刷を終えていません。続くときは電源を入れ直してください。',
      en: 'The printer has not finished what it was sent before; where that lasts, switch it off and on.',
    },
  },
  'paper-low': {
    prints: true,
    says: {
      ja: 'プリンターの用紙が残りわずかです。交換用を用意してください。',
      en: 'The printer’s paper is running out; have a new roll ready.',
    },
  },
  ready: { prints: true, says: { ja: 'プリンターは使えます。', en: 'The printer is ready.' } },
};

/** A state with its words. */
export function printerStatus(state: PrinterState): PrinterStatus {
  return { state, ...table[state] };
}
