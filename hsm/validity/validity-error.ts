import { CodedError } from '../coded-error.ts';

/** What can go wrong between us and the authority. */
export type ValidityErrorCode =
  | 'bad-address'
  | 'unreachable'
  | 'timed-out'
  | 'busy'
  | 'refused'
  | 'answer-not-understood'
  | 'answer-too-long';

/** The authority gave no answer that can be used. Nothing was learnt about any certificate. */
export class ValidityError extends CodedError<ValidityErrorCode> {}
