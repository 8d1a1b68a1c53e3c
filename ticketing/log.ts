import { pino } from 'pino';
import { sentenceOf } from '../hsm/program/sentence.ts';

/** What is worth knowing, for programs (fields) and people (the sentence). Never anything personal. */
export interface Log {
  info(fields: LogFields, text: string): void;
  warn(fields: LogFields, text: string): void;
  error(fields: LogFields, text: string): void;
}

export interface LogFields {
  /** What happened, in a word or two joined by dashes. */
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Names under which nothing may ever stand in a log, whoever writes them there by mistake. */
const withheld = [
  'authorization',
  'body',
  'certificate',
  'claim',
  'cookie',
  'headers',
  'link',
  'name',
  'password',
  'pin',
  'query',
  'secret',
  'serial',
  'serialHash',
  'serial_hash',
  'signature',
  'tag',
  'ticketHash',
  'token',
  'url',
];

/** The log for machines, written to anything. */
export function structuredLog(out: { write(line: string): void }): Log {
  const paths = withheld.flatMap((name) => [name, `*.${name}`]);
  return pino({ base: null, redact: { paths, censor: '(withheld)' } }, out);
}

/** Logs an error: its sentence, and its stack where it is a mistake of ours. */
export function logFailure(
  log: Log,
  event: string,
  error: unknown,
  fields: Record<string, unknown> = {},
): void {
  const known = error instanceof Error && 'code' in error;
  const stack = known || !(error instanceof Error) ? {} : { stack: error.stack };
  log.error({ ...fields, event, ...(known ? { code: error.code } : {}), ...stack }, sentenceOf(error));
}
