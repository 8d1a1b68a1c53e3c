import type { CaseState, EntryList, Gate, ListExport } from '../api/organiser-gate-messages.ts';
import type {
  Category,
  CompanionRule,
  EventLine,
  Role,
  SessionState,
  Ticket,
  TicketLine,
} from '../api/organiser-messages.ts';
import type { PageName } from '../organiser/route.svelte.ts';

/** What the organiser's screen says. */
export interface OrganiserTexts {
  readonly title: string;
  readonly language: string;
  readonly signOut: string;
  readonly cancel: string;
  readonly save: string;
  readonly more: string;
  readonly inJapanese: (what: string) => string;
  readonly inEnglish: (what: string) => string;
  readonly reference: string;
  readonly referenceHint: string;
  readonly leaveEmpty: string;
  readonly copy: string;
  readonly copied: string;
  readonly roles: Readonly<Record<Role, { readonly name: string }>>;
  readonly signIn: {
    readonly name: string;
    readonly password: string;
    readonly submit: string;
    readonly or: string;
    readonly byPasskey: string;
    readonly hint: string;
    readonly ended: string;
  };
  readonly invitation: {
    readonly title: string;
    readonly to: (organisation: string, role: string) => string;
    readonly as: (person: string) => string;
    readonly name: string;
    readonly signInHint: string;
    readonly passwordHint: string;
    readonly submit: string;
    readonly toSignIn: string;
  };
  readonly organisation: { readonly choose: string; readonly none: string };
  readonly menu: Readonly<Record<Exclude<PageName, 'event' | 'session' | 'case'>, string>> & {
    readonly label: string;
  };
  readonly events: {
    readonly title: string;
    readonly make: string;
    readonly submit: string;
    readonly text: string;
    readonly quota: string;
    readonly states: Readonly<Record<EventLine['state'], string>>;
    readonly none: { readonly title: string; readonly text: string; readonly ask: string };
  };
  readonly sessions: {
    readonly title: string;
    readonly make: string;
    readonly change: string;
    readonly submit: string;
    readonly toEvent: string;
    readonly states: Readonly<Record<SessionState, string>>;
    readonly none: { readonly title: string; readonly text: string };
    readonly form: {
      readonly title: string;
      readonly venue: string;
      readonly startsAt: string;
      readonly saleFrom: string;
      readonly saleUntil: string;
      readonly claimUntil: string;
      readonly claimHint: string;
      readonly payWithin: string;
      readonly quota: string;
      readonly entry: string;
      readonly entries: Readonly<Record<'never-again' | 'after-exit' | 'freely', string>>;
      readonly companions: string;
      readonly rules: Readonly<Record<CompanionRule, string>>;
    };
  };
  readonly sale: {
    readonly title: string;
    readonly hints: Readonly<Record<SessionState, string>>;
    readonly window: (from: string, until: string) => string;
    readonly open: string;
    readonly close: string;
    readonly reopen: string;
    readonly cancel: string;
    readonly cancelWarning: string;
    readonly cancelNow: string;
    readonly keep: string;
  };
  readonly categories: {
    readonly title: string;
    readonly none: string;
    readonly noneYet: string;
    readonly add: string;
    readonly submit: string;
    readonly text: string;
    readonly name: string;
    readonly nameHint: string;
    readonly price: string;
    readonly places: string;
    readonly placesHint: string;
    readonly yen: (price: number) => string;
    readonly count: (seats: number) => string;
    readonly kinds: Readonly<Record<keyof Category['seats'], string>>;
  };
  readonly seats: {
    readonly title: string;
    readonly none: string;
    readonly noneYet: string;
    /** A seat map of a few lines. */
    readonly example: string;
    readonly choose: string;
    readonly chosenNone: string;
    readonly put: string;
    readonly replace: string;
    readonly categoriesFirst: string;
    /** What stands between the parts of a list in one line. */
    readonly between: string;
  };
  readonly binding: {
    readonly title: string;
    readonly none: string;
    readonly ready: (ready: number, of: number) => string;
    readonly waiting: (unbound: number, claimable: number) => string;
  };
  readonly lists: {
    readonly title: string;
    readonly hint: string;
    readonly noGates: string;
    readonly toGates: string;
    readonly group: string;
    readonly start: string;
    readonly states: Readonly<Record<ListExport['state'], string>>;
    readonly version: (version: number) => string;
    readonly kinds: Readonly<Record<EntryList['kind'], string>>;
    readonly entries: (count: number) => string;
    readonly fetched: (gates: number, of: number) => string;
    readonly download: string;
  };
  readonly tickets: {
    readonly title: string;
    readonly by: string;
    readonly kinds: { readonly number: string; readonly application: string };
    readonly submit: string;
    readonly none: string;
    readonly found: (count: number) => string;
    readonly open: string;
    readonly seat: string;
    readonly unnumbered: string;
    readonly place: string;
    readonly representative: string;
    readonly companion: string;
    readonly states: Readonly<Record<TicketLine['state'], string>>;
    readonly bound: string;
    readonly unbound: string;
    readonly cards: string;
    readonly media: Readonly<Record<Ticket['cards'][number]['medium'], string>>;
    readonly cardStates: Readonly<Record<Ticket['cards'][number]['state'], string>>;
    readonly claimOpen: (until: string) => string;
    readonly claimHint: string;
    readonly issue: string;
    readonly issueAgain: string;
    readonly recall: string;
  };
  readonly gates: {
    readonly title: string;
    readonly none: string;
    readonly noneHint: string;
    readonly states: Readonly<Record<Gate['state'], string>>;
    readonly seen: (when: string) => string;
    readonly neverSeen: string;
    readonly enrol: string;
    readonly enrolHint: string;
    readonly name: string;
    readonly group: string;
    readonly door: string;
    readonly direction: string;
    readonly directions: { readonly in: string; readonly out: string };
    readonly makeCode: string;
    readonly codeHint: (until: string) => string;
  };
  readonly cases: {
    readonly title: string;
    readonly state: string;
    readonly states: Readonly<Record<CaseState, string>>;
    readonly none: Readonly<Record<CaseState, string>>;
    readonly hint: string;
    /** By a case's kind; where one is not here its name is shown. */
    readonly kinds: Readonly<Record<string, string>>;
    readonly openedAt: string;
    readonly outcome: string;
    readonly why: string;
    readonly take: string;
    readonly close: string;
    readonly reopen: string;
  };
  readonly people: {
    readonly title: string;
    readonly disabled: string;
    readonly disable: string;
    readonly enable: string;
    readonly roleOf: (name: string) => string;
    readonly role: string;
    readonly may: Readonly<Record<Role, string>>;
    readonly invite: string;
    readonly inviteHint: string;
    readonly makeLink: string;
    readonly linkHint: string;
  };
  readonly audit: {
    readonly title: string;
    readonly hint: string;
    readonly service: string;
    /** By an act's name; where one is not here its name is shown. */
    readonly acts: Readonly<Record<string, string>>;
  };
  readonly me: {
    readonly title: string;
    readonly signsInAs: (name: string) => string;
    readonly passkeys: string;
    readonly passkeysHint: string;
    readonly label: string;
    readonly add: string;
    readonly unused: string;
    readonly usedAt: (when: string) => string;
    readonly cannot: string;
  };
  /** By a problem's code; where one is not here the service's own English sentence is shown. */
  readonly problems: Readonly<Record<string, string>>;
}
