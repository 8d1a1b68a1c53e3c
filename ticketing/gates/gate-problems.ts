import { HttpSignatureError } from '../../hsm/http-signature/http-signature-error.ts';
import { GateApiError } from '../gate-api/gate-api-error.ts';
import { problemsOf, type StatusOf } from '../http/problem.ts';
import { GatesError } from './gates-error.ts';

/** The statuses of all that gates, and people about gates, are refused for. */
export const gateProblems: readonly StatusOf[] = [
  problemsOf(GatesError, {
    'wrong-code': 403,
    'code-expired': 410,
    'other-gate': 409,
    'name-taken': 409,
    'key-taken': 409,
    'other-fingerprint': 409,
    'not-the-signer': 401,
    revoked: 403,
    'no-such-gate': 404,
    'no-such-code': 404,
    'changed-meanwhile': 412,
  }),
  problemsOf(GateApiError, { malformed: 400, 'bad-proof': 400 }),
  // Not told apart further than by their codes: whoever sent it is not known.
  (error) => (error instanceof HttpSignatureError ? 401 : undefined),
];
