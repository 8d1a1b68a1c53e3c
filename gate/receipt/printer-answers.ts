import type { PrinterState } from './printer-state.ts';

/** The questions that a printer answers at any time, also out of paper: DLE EOT 1 to 4. */
export const questions: readonly Uint8Array[] = [1, 2, 3, 4].map((n) => Uint8Array.of(0x10, 0x04, n));

/** Whether a byte is an answer to such a question; each has these four bits so. */
export function isStatusAnswer(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/**
 * Whether a byte is the answer to the question for the paper sensor that ends each job (GS r), and that a
 * printer comes to when all before it is printed.
 */
export function isJobAnswer(byte: number): boolean {
  return (byte & 0x90) === 0;
}

/** What the four answers say, the gravest first. */
export function stateOf(answers: readonly number[]): PrinterState {
  const [printer = 0, offline = 0, error = 0, paper = 0] = answers;
  if (offline & 0x04) return 'cover-open';
  if (offline & 0x20 || paper & 0x60) return 'paper-out';
  if (error & 0x08) return 'cutter-error';
  if (offline & 0x40 || error & 0x60) return 'error';
  if (printer & 0x08 || offline & 0x08) return 'offline';
  if (paper & 0x0c) return 'paper-low';
  return 'ready';
}
