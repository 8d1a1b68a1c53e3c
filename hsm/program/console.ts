import { CodedError } from '../coded-error.ts';
import { Progress } from './progress.ts';
import { sentenceOf } from './sentence.ts';

/** Where a command's answers go: results to stdout (text, or JSON a line), everything else to stderr. */
export class Console {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  /** One answer: `value` for machines, `text` for people. */
  result(value: object, text: string): void {
    process.stdout.write(`${this.json ? JSON.stringify(value) : text}\n`);
  }

  /** Something worth knowing that is not the answer. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Why the command did not do what was asked. */
  failure(error: unknown): void {
    if (this.json) {
      const code = error instanceof CodedError ? (error.code as string) : 'unexpected';
      process.stdout.write(`${JSON.stringify({ error: code, reason: sentenceOf(error) })}\n`);
    }
    process.stderr.write(`${sentenceOf(error)}\n`);
  }

  /** A bar for long work: drawn on a terminal, silent in a pipe. */
  progress(label: string, total: number): Progress {
    return new Progress(label, total, process.stderr);
  }
}
