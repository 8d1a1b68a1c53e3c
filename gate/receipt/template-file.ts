import { readFileSync } from 'node:fs';
import { ReceiptError } from './receipt-error.ts';

/** The text of a template in a file; empty, which is the ordinary one, where no file is given. */
export function readTemplateFile(file: string | undefined): string {
  if (file === undefined) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ReceiptError('template-wrong', `The template ${file} cannot be read; check its name.`, {
      cause,
    });
  }
}
