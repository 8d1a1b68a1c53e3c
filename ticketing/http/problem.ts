import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { CodedError } from '../../hsm/coded-error.ts';
import { HttpError, type HttpErrorCode } from './http-error.ts';

export type ProblemStatus =
  400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 502 | 503;

/** Which status an error has; nothing for errors of other rooms. */
export type StatusOf = (error: unknown) => ProblemStatus | undefined;

/**
 * A room's table: the status of each code of its error. The compiler misses no code.
 *
 * @example
 * problemsOf(SaleError, { 'sold-out': 409, 'quota-reached': 409, 'not-on-sale': 409 })
 */
export function problemsOf<Code extends string>(
  room: new (code: Code, message: string) => CodedError<Code>,
  statuses: Readonly<Record<Code, ProblemStatus>>,
): StatusOf {
  return (error) => (error instanceof room ? statuses[error.code] : undefined);
}

/** RFC 9457 problem details, as every refusal has them. */
export const problemDetails = z
  .strictObject({
    type: z.string().meta({ description: 'urn:kazasu:problem: and the code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'A sentence for people that says what to do.' }),
    code: z.string().meta({ description: 'Stable: what programs decide by.' }),
    instance: z.string().meta({ description: 'urn:kazasu:request: and the id under which the log has it' }),
  })
  .openapi('Problem');

const ofHttp: Readonly<Record<HttpErrorCode, ProblemStatus>> = {
  'bad-request': 400,
  'which-organisation': 400,
  'idempotency-key-missing': 400,
  'not-signed-in': 401,
  'wrong-role': 403,
  'not-from-here': 403,
  'not-found': 404,
  'idempotency-key-in-use': 409,
  'answer-not-kept': 409,
  'revision-changed': 412,
  'too-large': 413,
  'wrong-type': 415,
  'idempotency-key-reused': 422,
  'revision-missing': 428,
  'too-many-requests': 429,
  'not-ready': 503,
};

const ownProblems = problemsOf(HttpError, ofHttp);

/** What went wrong, as far as whoever asked may know. */
export interface Problem {
  readonly status: ProblemStatus;
  readonly code: string;
  readonly sentence: string;
  /** Whether it is no mistake of the request's: the log should have it. */
  readonly unexpected: boolean;
}

/** Finds an error's status in the rooms' tables. What no table has never shows its text. */
export function problemFor(thrown: unknown, rooms: readonly StatusOf[]): Problem {
  const error = thrown instanceof HTTPException ? ofHono(thrown) : thrown;
  for (const statusOf of [ownProblems, ...rooms]) {
    const status = statusOf(error);
    if (status === undefined || !(error instanceof CodedError)) continue;
    return { status, code: String(error.code), sentence: error.message, unexpected: status >= 500 };
  }
  return {
    status: 500,
    code: 'unexpected',
    sentence:
      'Something unexpected went wrong. Try again; if it stays so, give the request’s id to the operator.',
    unexpected: true,
  };
}

export function answerProblem(
  context: Context,
  { status, code, sentence }: Problem,
  request: string,
): Response {
  const body: z.output<typeof problemDetails> = {
    type: `urn:kazasu:problem:${code}`,
    title: code.replaceAll('-', ' '),
    status,
    detail: sentence,
    code,
    instance: `urn:kazasu:request:${request}`,
  };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

/** What hono itself refuses: the body's form. */
function ofHono({ status }: HTTPException): HttpError {
  if (status === 415)
    return new HttpError('wrong-type', 'Send the body in the form that the description names.');
  return new HttpError('bad-request', 'The body is not JSON.');
}
