import { CodedError } from '../../hsm/coded-error.ts';
import { KeyError } from '../../hsm/keys/key-error.ts';
import { TokenError } from '../../hsm/token/token-error.ts';
import { EntryListError } from '../../ticketing/entry-list/entry-list-error.ts';
import { CardError } from '../card/card-error.ts';
import type { Part } from '../decide/verdict.ts';
import { GateError } from '../gate-error.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { PackError } from '../pack/pack-error.ts';

/** What a gate is without, why, and a sentence that says what to do. */
export interface Trouble {
  readonly missing: readonly Part[];
  readonly code: string;
  readonly reason: string;
}

const diskFaults = new Set(['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EDQUOT', 'EMFILE', 'ENOENT']);

/** Which part of the gate a failure to open or to go on means. */
export function troubleFrom(error: unknown): Trouble {
  if (error instanceof CodedError) {
    return { missing: partsWithout(error), code: error.code as string, reason: error.message };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
  if (diskFaults.has(code) || code.startsWith('SQLITE_')) {
    const reason = 'The state folder cannot be read or written; look at the disk and at who may write there.';
    return { missing: ['disk'], code, reason };
  }
  return { missing: [], code: 'unexpected', reason: 'Something unexpected went wrong; the log has it.' };
}

function partsWithout(error: Error): readonly Part[] {
  if (error instanceof TokenError || error instanceof KeyError || error instanceof CardError) return ['hsm'];
  if (error instanceof JournalError) return error.code === 'clock-behind' ? ['clock'] : ['disk'];
  // A list from the future is as likely a clock from the past.
  if (error instanceof EntryListError) return error.code === 'not-yet-valid' ? ['clock', 'list'] : ['list'];
  if (error instanceof PackError) return ['list'];
  if (error instanceof GateError) return error.code === 'damaged-database' ? ['disk'] : ['list'];
  return [];
}

/** A wrong PIN must not be tried again: the token would lock. */
export function isForPeopleAlone(error: unknown): boolean {
  return error instanceof TokenError && (error.code === 'pin-wrong' || error.code === 'pin-locked');
}
