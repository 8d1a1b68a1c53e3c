import type { CheckName, EntryKind, Part, Role } from '../api/staff-messages.ts';

/** What the staff's screen says. */
export interface StaffTexts {
  readonly title: string;
  readonly language: string;
  readonly roles: Readonly<Record<Role, string>>;
  readonly signIn: {
    readonly heading: string;
    readonly role: string;
    readonly pin: string;
    readonly hint: string;
    readonly submit: string;
    readonly ended: string;
  };
  readonly signOut: string;
  readonly lost: string;
  readonly otherVersion: string;
  readonly cancel: string;
  readonly lane: {
    readonly heading: string;
    readonly open: string;
    readonly closed: string;
    readonly opening: string;
    readonly stopping: string;
    readonly outOfOrder: string;
    readonly close: string;
    readonly closeNow: string;
    readonly closeHint: string;
    readonly reopen: string;
    readonly supervisorOpens: string;
    readonly directions: { readonly in: string; readonly out: string };
    readonly list: (version: number, issued: string) => string;
    readonly missing: Readonly<Record<Part, string>>;
    /** By the gate's code; where one is not here the gate's own English sentence is shown. */
    readonly troubles: Readonly<Record<string, string>>;
  };
  readonly closing: {
    readonly make: string;
    readonly hint: string;
    readonly shortForm: string;
    readonly notSigned: string;
    readonly onPaper: string;
    readonly noPaper: string;
  };
  readonly counts: {
    readonly heading: string;
    readonly in: string;
    readonly out: string;
    readonly inside: string;
    readonly expected: string;
    readonly category: string;
    readonly noCategory: string;
    readonly none: string;
    readonly perMinute: string;
    readonly perMinuteSaid: (total: number, most: number, when: string) => string;
    readonly asTable: string;
    readonly minute: string;
  };
  readonly taps: {
    readonly heading: string;
    readonly none: string;
    readonly lookUp: string;
    readonly byNumber: string;
    readonly undo: string;
    readonly check: string;
    readonly milliseconds: (count: number) => string;
  };
  readonly desk: {
    readonly heading: string;
    readonly number: string;
    readonly hint: string;
    readonly submit: string;
    readonly clear: string;
    readonly seat: string;
    readonly category: string;
    readonly party: string;
    readonly partyOf: (role: 'representative' | 'companion', size: number) => string;
    readonly flags: Readonly<Record<'needs-adult' | 'wheelchair-space' | 'needs-assistance', string>>;
    readonly now: string;
    readonly movements: string;
    readonly none: string;
    readonly moved: { readonly in: string; readonly out: string };
    readonly at: (gate: string) => string;
    readonly letIn: string;
    readonly letOut: string;
    readonly letInAnyway: string;
    readonly letOutAnyway: string;
    readonly withoutTicket: string;
    readonly withoutTicketHint: string;
    readonly anywayHint: string;
    readonly reason: string;
    readonly reasonsToLetThrough: readonly string[];
    readonly reasonsToUndo: readonly string[];
    readonly letThroughDone: string;
    readonly undoDone: string;
  };
  readonly tools: {
    readonly heading: string;
    readonly receipts: string;
    readonly ready: string;
    readonly pack: string;
    readonly journal: string;
    readonly supervisorOnly: string;
  };
  readonly receipts: {
    readonly waiting: (count: number) => string;
    readonly inDoubt: string;
    readonly inDoubtHint: string;
    readonly found: string;
    readonly reprint: string;
    readonly byNumber: string;
    readonly reprinted: (code: string) => string;
    readonly notAsked: string;
  };
  readonly ready: {
    readonly hint: string;
    readonly start: string;
    readonly print: string;
    readonly printing: string;
    readonly running: string;
    readonly allReady: string;
    readonly toMend: (count: number) => string;
    readonly isReady: string;
    readonly isNot: string;
    readonly items: Readonly<Record<CheckName, string>>;
  };
  readonly packs: {
    readonly hint: string;
    readonly choose: string;
    readonly none: string;
    readonly send: string;
    readonly sending: string;
    readonly taken: (kind: 'pack' | 'delta', version: number) => string;
  };
  readonly journal: {
    readonly hint: string;
    readonly again: string;
    readonly kinds: Readonly<Record<EntryKind, string>>;
    readonly lane: (open: boolean) => string;
    readonly version: (version: number) => string;
    readonly size: (entries: number) => string;
  };
  /** By a problem's code; where one is not here the gate's own English sentence is shown. */
  readonly problems: Readonly<Record<string, string>>;
}
