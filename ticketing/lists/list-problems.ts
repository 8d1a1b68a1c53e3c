import { problemsOf } from '../http/problem.ts';
import { ListsError } from './lists-error.ts';

/** The statuses of what exports and lists are refused for. */
export const listProblems = problemsOf(ListsError, {
  'no-such-session': 404,
  'no-such-export': 404,
  'no-such-list': 404,
  'session-over': 409,
  'no-gates': 409,
  'no-base': 409,
  overtaken: 409,
});
