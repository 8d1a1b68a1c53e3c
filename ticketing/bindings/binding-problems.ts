import { ValidityError } from '../../hsm/validity/validity-error.ts';
import { problemsOf, type StatusOf } from '../http/problem.ts';
import { FormError } from '../signed-form/form-error.ts';
import { BindingError } from './binding-error.ts';

/** What a binding can end in, for the rooms that bind. */
export const bindingProblems: readonly StatusOf[] = [
  problemsOf(BindingError, {
    'no-such-ticket': 404,
    'ticket-not-valid': 409,
    'session-over': 410,
    'certificate-refused': 409,
    'certificate-revoked': 409,
    'certificate-unclear': 409,
    'wrong-signature': 409,
    'already-bound': 409,
    'card-opens-another': 409,
    'card-of-another': 409,
    'too-many-cards': 409,
    'quota-reached': 409,
    'no-such-binding': 404,
    'binding-ended': 409,
  }),
  problemsOf(FormError, { malformed: 400, 'wrong-field': 400 }),
  problemsOf(ValidityError, {
    'bad-address': 503,
    unreachable: 503,
    'timed-out': 503,
    busy: 503,
    refused: 503,
    'answer-not-understood': 502,
    'answer-too-long': 502,
  }),
];
