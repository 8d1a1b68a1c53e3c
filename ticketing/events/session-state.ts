import type { Tables } from '../store/tables.ts';

export type SessionState = Tables['sessions']['state'];

/** Which state leads to which. What is cancelled stays so: its tickets are taken back. */
const leadsTo: Readonly<Record<SessionState, readonly SessionState[]>> = {
  draft: ['on-sale', 'cancelled'],
  'on-sale': ['closed', 'cancelled'],
  closed: ['on-sale', 'cancelled'],
  cancelled: [],
};

export function mayBecome(from: SessionState, to: SessionState): boolean {
  return leadsTo[from].includes(to);
}
