import type { ProblemStatus, StatusOf } from '../../http/problem.ts';
import { EntryListError } from '../../../ticketing/entry-list/entry-list-error.ts';
import { JournalError } from '../../journal-format/journal-error.ts';
import { PackError } from '../../pack/pack-error.ts';
import { ReceiptError } from '../../receipt/receipt-error.ts';
import { StaffError, type StaffErrorCode } from '../../staff/staff-error.ts';

const ofStaff: Readonly<Record<StaffErrorCode, ProblemStatus>> = {
  'no-pin': 403,
  'wrong-pin': 401,
  locked: 429,
  'weak-pin': 422,
  'not-signed-in': 401,
  'not-allowed': 403,
  damaged: 503,
  'no-such-ticket': 404,
  'revoked-ticket': 409,
  'against-rules': 409,
  'no-printer': 409,
  'out-of-order': 503,
};

/** How the errors of a gate are told over HTTP. */
export const gateStatus: StatusOf = (error) => {
  if (error instanceof StaffError) return ofStaff[error.code];
  if (error instanceof EntryListError || error instanceof PackError) return 422;
  if (error instanceof JournalError) {
    return error.code === 'nothing-to-undo' || error.code === 'older-pack' ? 409 : 503;
  }
  if (error instanceof ReceiptError) return error.code === 'not-found' ? 404 : 503;
  return undefined;
};
