import type { Category, CompanionRule, EventLine, Role, SessionState } from '../api/organiser-messages.ts';
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
  readonly menu: Readonly<Record<Exclude<PageName, 'event' | 'session'>, string>> & {
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
