import { CodedError } from '../coded-error.ts';

/** The sentence that a person reads for any error: ours as written, others with what they are. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CodedError) return error.message;
  if (error instanceof Error) return `Unexpected: ${error.message}`;
  return 'Unexpected failure.';
}
