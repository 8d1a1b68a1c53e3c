import { ask, send } from './ask.ts';
import { followEvents } from './follow-events.ts';
import type { Problem } from './problem.ts';
import * as message from './staff-messages.ts';

const at = (path: string): string => `/api/staff${path}`;

/** All that the staff's screen asks of the gate. */
export const staffClient = {
  session: () => ask('GET', at('/session'), message.session),
  signIn: (role: message.Role, pin: string) => ask('POST', at('/session'), message.session, { role, pin }),
  signOut: () => send('DELETE', at('/session')),
  taps: async () => (await ask('GET', at('/taps'), message.taps)).taps,
  lookUp: (ticket: string) => ask('POST', at('/tickets/look-up'), message.lookedUp, { ticket }),
  letThrough: (asked: { ticket?: string; direction: 'in' | 'out'; reason: string; force?: boolean }) =>
    ask('POST', at('/admissions'), message.written, asked),
  undo: ({ epoch, number }: message.Place, reason: string) =>
    ask('POST', at('/undo'), message.written, { epoch, number, reason }),
  setLane: (open: boolean) => ask('POST', at('/lane'), message.lane, { open }),
  take: (file: Blob) => ask('POST', at('/packs'), message.taken, file),
  readyCheck: () => ask('POST', at('/ready-check'), message.readyReport, {}),
  printReadyCheck: () => ask('POST', at('/ready-check/print'), message.printedReport, {}),
  closingSlip: () => ask('POST', at('/closing-slip'), message.closingSlip, {}),
  receipts: () => ask('GET', at('/receipts'), message.receipts),
  reprint: (receipt: string) => ask('POST', at('/receipts/reprint'), message.reprinted, { receipt }),
  dismiss: (receipt: string) => ask('POST', at('/receipts/dismiss'), message.dismissed, { receipt }),
  journal: async () => (await ask('GET', at('/journal'), message.journal)).entries,

  /** Follows how the lane stands, and each tap; answers what ends that. */
  follow: (told: {
    readonly onBoard: (board: message.Board) => void;
    readonly onTap: (tap: message.Tap) => void;
    readonly onConnection: (connected: boolean) => void;
    readonly onRefused: (problem: Problem) => void;
  }) =>
    followEvents(at('/events'), {
      ...told,
      onEvent: (event, data) => {
        if (event === 'state') told.onBoard(message.board.parse(data));
        if (event === 'tap') told.onTap(message.tap.parse(data));
      },
    }),
};
