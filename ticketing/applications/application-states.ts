import type { Tables } from '../store/tables.ts';

/** What can become of an application. */
export const applicationStates = [
  'waiting',
  'reserved',
  'paid',
  'lapsed',
  'cancelled',
  'refunded',
] as const satisfies readonly Tables['applications']['state'][];
