import type { z } from 'zod';

/**
 * Every wrong field of a file that people write, with its path, a line each, so that all are mended in one
 * go. `part` is what the file calls its fields.
 *
 * @example
 * throw new GateError('config-wrong', `The configuration is wrong:\n${wrongFields(error, 'setting')}`);
 */
export function wrongFields(error: z.ZodError, part = 'field'): string {
  return error.issues.map((issue) => describe(issue, part)).join('\n');
}

function describe(issue: z.core.$ZodIssue, part: string): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => `  ${path === '' ? key : `${path}.${key}`}: there is no such ${part}`)
      .join('\n');
  }
  return `  ${path === '' ? 'the whole' : path}: ${issue.message}`;
}
