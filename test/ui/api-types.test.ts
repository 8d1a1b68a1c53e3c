import { describe, expectTypeOf, it } from 'vitest';
import type { ReadyReport as ServersReport } from '../../gate/check/ready-check.ts';
import type { Shown as ServersShown } from '../../gate/decide/presentation.ts';
import type { KioskStanding } from '../../gate/kiosk/kiosk-standing.ts';
import type { View as ServersView } from '../../gate/kiosk/visit/view.ts';
import type { ReceiptsState } from '../../gate/receipt/receipt-queue.ts';
import type { TapRow } from '../../gate/service/recent-taps.ts';
import type { Board as ServersBoard } from '../../gate/service/staff-board.ts';
import type { LookedUp as ServersLookedUp } from '../../gate/staff/desk.ts';
import type { z } from 'zod';
import type { ticketInList, ticketView } from '../../ticketing/desk/ticket-views.ts';
import type { eventView, seatView, SessionView } from '../../ticketing/events/event-views.ts';
import type { exportView, versionView } from '../../ticketing/lists/list-views.ts';
import type { Taken as ServersTaken } from '../../gate/pack/pack-shelf.ts';
import type * as kiosk from '../../ui/api/kiosk-messages.ts';
import type * as gates from '../../ui/api/organiser-gate-messages.ts';
import type * as organiser from '../../ui/api/organiser-messages.ts';
import type * as staff from '../../ui/api/staff-messages.ts';
import type * as visitor from '../../ui/api/visitor-messages.ts';

/** A type as it is once it went over the wire as JSON, read by someone who changes nothing. */
type OnTheWire<Value> = Value extends string | number | boolean | null | undefined
  ? Value
  : { [Key in keyof Value]: OnTheWire<Value[Key]> };

// The screens have schemas of their own, and import nothing of a server. Here both are known: where a server
// sends something else than a screen reads, this file does not compile.
describe('what the gate sends, its screens can read', () => {
  it('on the visitor’s screen', () => {
    type Message = Omit<ServersShown, 'visitor' | 'staff'> & ServersShown['visitor'];
    expectTypeOf<OnTheWire<Message>>().toExtend<visitor.Shown>();
  });

  it('on the staff’s screen', () => {
    expectTypeOf<OnTheWire<Mutable<ServersBoard>>>().toExtend<staff.Board>();
    expectTypeOf<OnTheWire<Mutable<Omit<TapRow, 'light'>>>>().toExtend<Omit<staff.Tap, 'light'>>();
    expectTypeOf<OnTheWire<Mutable<Omit<ServersLookedUp, 'verdict'>>>>().toExtend<
      Omit<staff.LookedUp, 'verdict'>
    >();
    expectTypeOf<OnTheWire<Mutable<ServersReport>>>().toExtend<staff.ReadyReport>();
    expectTypeOf<OnTheWire<Mutable<ReceiptsState>>>().toExtend<staff.Receipts>();
    expectTypeOf<ServersTaken>().toExtend<staff.Taken>();
  });

  it('on the kiosk’s screen', () => {
    expectTypeOf<OnTheWire<Mutable<ServersView>>>().toExtend<kiosk.View>();
    expectTypeOf<OnTheWire<Mutable<KioskStanding>>>().toExtend<kiosk.Standing>();
  });
});

describe('what the ticketing service sends, the organiser’s screen can read', () => {
  it('of gates’ lists and tickets', () => {
    expectTypeOf<z.output<typeof exportView>>().toExtend<gates.ListExport>();
    expectTypeOf<z.output<typeof versionView>>().toExtend<gates.EntryList>();
    expectTypeOf<z.output<typeof ticketView>>().toExtend<organiser.Ticket>();
    expectTypeOf<z.output<typeof ticketInList>>().toExtend<organiser.TicketLine>();
    expectTypeOf<z.output<typeof seatView>>().toExtend<organiser.Seat>();
  });

  it('of events and sessions', () => {
    expectTypeOf<z.output<typeof eventView>>().toExtend<organiser.Event>();
    // Rules are open: the screen reads one of them, and sends back the others as they came.
    type Settings = Omit<SessionView['settings'], 'rules'>;
    expectTypeOf<Settings>().toExtend<Omit<organiser.SessionSettings, 'rules'>>();
    expectTypeOf<Omit<SessionView, 'settings'>>().toExtend<Omit<organiser.Session, 'settings'>>();
  });
});

/** Without `readonly`, which says who may change a value here and nothing of what it is on the wire. */
type Mutable<Value> = Value extends string | number | boolean | null | undefined
  ? Value
  : { -readonly [Key in keyof Value]: Mutable<Value[Key]> };
