import { destination, pino } from 'pino';
import type { Console } from '../hsm/program/console.ts';
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
const personal = [
  'ticket',
  'seat',
  'tag',
  'serial',
  'serialHash',
  'ticketHash',
  'certificate',
  'pin',
  'token',
  'form',
  'signature',
  'signatureCertificate',
  'authenticationCertificate',
];

/**
 * The terminal's log, `origin` in each line, on stderr: a JSON object a line for machines, sentences for people. Lines are written
 * behind the taps' backs; a log that nobody reads holds nobody up.
 */
export function openLog(
  console: Console,
  origin: Readonly<Record<string, string>>,
): { readonly log: Log; readonly flush: () => void } {
  if (!console.json) {
    const say = (_: LogFields, text: string): void => {
      console.note(text);
    };
    return { log: { info: say, warn: say, error: say }, flush: () => undefined };
  }
  const stderr = destination({ dest: 2, sync: false });
  const paths = personal.flatMap((name) => [name, `*.${name}`]);
  const log = pino({ base: origin, redact: { paths, censor: '(withheld)' } }, stderr);
  return {
    log,
    flush: () => {
      stderr.flushSync();
    },
  };
}

/** Logs an error: its sentence, and its stack where it is a mistake of ours. */
export function logFailure(log: Log, event: string, error: unknown): void {
  const known = error instanceof Error && 'code' in error;
  const stack = known || !(error instanceof Error) ? {} : { stack: error.stack };
  log.error({ event, ...(known ? { code: error.code } : {}), ...stack }, sentenceOf(error));
}
