import type { SessionState } from '../api/organiser-messages.ts';

/** In which tone a session's state is shown. */
export function toneOf(state: SessionState): 'good' | 'wait' | 'bad' | undefined {
  switch (state) {
    case 'on-sale':
      return 'good';
    case 'draft':
      return 'wait';
    case 'cancelled':
      return 'bad';
    case 'closed':
      return undefined;
  }
}
