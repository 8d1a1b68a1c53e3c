import type { Context } from 'hono';
import { CodedError } from '../../hsm/coded-error.ts';
import { sentenceOf } from '../../hsm/program/sentence.ts';

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** Which status an error of one's own has; nothing for those of others. */
export type StatusOf = (error: CodedError<string>) => ProblemStatus | undefined;

/** What is wrong with a request itself, before anyone acted on it. */
export class RequestError extends CodedError<
  'bad-request' | 'not-from-here' | 'no-such-page' | 'too-large' | 'wrong-type' | 'busy' | 'no-screens'
> {}

const ofRequest: Readonly<Record<RequestError['code'], ProblemStatus>> = {
  'bad-request': 400,
  'not-from-here': 403,
  'no-such-page': 404,
  'too-large': 413,
  'wrong-type': 415,
  busy: 503,
  'no-screens': 503,
};

/** The answer to a request that was not carried out: RFC 9457, with our code and our sentence. */
export function problem(context: Context, error: unknown, statusOf: StatusOf): Response {
  const known = error instanceof CodedError;
  const code: string = known ? (error.code as string) : 'unexpected';
  const status = known ? (ownStatus(error) ?? statusOf(error as CodedError<string>) ?? 503) : 500;
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

function ownStatus(error: unknown): ProblemStatus | undefined {
  return error instanceof RequestError ? ofRequest[error.code] : undefined;
}
