import type { CaseTables } from './tables/cases.ts';
import type { EventTables } from './tables/events.ts';
import type { GateTables } from './tables/gates.ts';
import type { HttpTables } from './tables/http.ts';
import type { JournalTables } from './tables/journals.ts';
import type { ListTables } from './tables/lists.ts';
import type { OrderTables } from './tables/orders.ts';
import type { PartyTables } from './tables/parties.ts';
import type { PaymentTables } from './tables/payments.ts';
import type { PeopleTables } from './tables/people.ts';
import type { ResaleTables } from './tables/resale.ts';
import type { TicketTables } from './tables/tickets.ts';
import type { WorkTables } from './tables/work.ts';

/**
 * All tables of the store, as both databases have them: times are milliseconds since 1970, flags are 0 or 1,
 * JSON is text, ids are those of new-id.ts.
 */
export interface Tables
  extends
    CaseTables,
    EventTables,
    GateTables,
    HttpTables,
    JournalTables,
    ListTables,
    OrderTables,
    PartyTables,
    PaymentTables,
    PeopleTables,
    ResaleTables,
    TicketTables,
    WorkTables {}
