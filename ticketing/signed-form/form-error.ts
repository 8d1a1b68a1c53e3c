import { CodedError } from '../../hsm/coded-error.ts';

/** Why a form cannot be signed, or what was signed is no form. */
export class FormError extends CodedError<'malformed' | 'wrong-field'> {}
