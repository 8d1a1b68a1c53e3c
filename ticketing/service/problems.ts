import { KeyError } from '../../hsm/keys/key-error.ts';
import { TokenError } from '../../hsm/token/token-error.ts';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import type { StatusOf } from '../http/problem.ts';
import { StoreError } from '../store/store-error.ts';

/** What all rooms stand on can be away for a while; what its errors say is for the operator, and in the log. */
export const partsProblems: readonly StatusOf[] = [
  (error) => (error instanceof StoreError ? 503 : undefined),
  (error) => (error instanceof ValidityError ? 502 : undefined),
  (error) => (error instanceof TokenError || error instanceof KeyError ? 503 : undefined),
];
