import { destination } from 'pino';
import type { Console } from '../../hsm/program/console.ts';
import { structuredLog, type Log, type LogFields } from '../log.ts';

/**
 * The service's log, on stderr: a JSON object a line for machines, sentences for people (who are not told
 * of each request).
 */
export function openLog(console: Console): { readonly log: Log; readonly flush: () => void } {
  if (!console.json) {
    const say = ({ event }: LogFields, text: string): void => {
      if (event !== 'request') console.note(text);
    };
    return { log: { info: say, warn: say, error: say }, flush: () => undefined };
  }
  const stderr = destination({ dest: 2, sync: false });
  return {
    log: structuredLog(stderr),
    flush: () => {
      stderr.flushSync();
    },
  };
}
