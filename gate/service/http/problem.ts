import type { Context } from 'hono';
import { CodedError } from '../../../hsm/coded-error.ts';
import { sentenceOf } from '../../../hsm/program/sentence.ts';
import { EntryListError } from '../../../ticketing/entry-list/entry-list-error.ts';
import { JournalError } from '../../journal-format/journal-error.ts';
import { PackError } from '../../pack/pack-error.ts';
import { ReceiptError } from '../../receipt/receipt-error.ts';
import { StaffError, type StaffErrorCode } from '../../staff/staff-error.ts';

type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** What is wrong with a request itself, before anyone acted on it. */
export class RequestError extends CodedError<
  'bad-request' | 'not-from-here' | 'no-such-page' | 'too-large' | 'wrong-type' | 'busy'
> {}

const ofRequest: Readonly<Record<RequestError['code'], ErrorStatus>> = {
  'bad-request': 400,
  'not-from-here': 403,
  'no-such-page': 404,
  'too-large': 413,
  'wrong-type': 415,
  busy: 503,
};

const ofStaff: Readonly<Record<StaffErrorCode, ErrorStatus>> = {
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

/** The answer to a request that was not carried out: RFC 9457, with our code and our sentence. */
export function problem(context: Context, error: unknown): Response {
  const known = error instanceof CodedError;
  const code: string = known ? (error.code as string) : 'unexpected';
  const status = statusOf(error);
  const body = {
    type: `urn:kazasu:problem:${code}`,
    title: code.replaceAll('-', ' '),
    status,
    // What is not ours may hold anything.
    detail: known ? sentenceOf(error) : 'Something unexpected went wrong; the log has it.',
    code,
  };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

function statusOf(error: unknown): ErrorStatus {
  if (error instanceof RequestError) return ofRequest[error.code];
  if (error instanceof StaffError) return ofStaff[error.code];
  if (error instanceof EntryListError || error instanceof PackError) return 422;
  if (error instanceof JournalError) {
    return error.code === 'nothing-to-undo' || error.code === 'older-pack' ? 409 : 503;
  }
  if (error instanceof ReceiptError) return error.code === 'not-found' ? 404 : 503;
  return error instanceof CodedError ? 503 : 500;
}
