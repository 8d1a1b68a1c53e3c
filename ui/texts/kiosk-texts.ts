import type { CompanionRule, Form, Pin, Standing, View } from '../api/kiosk-messages.ts';

interface TitleAndText {
  readonly title: string;
  readonly text: string;
}

/** What the kiosk's screen says where the kiosk gives it no words. */
export interface KioskTexts {
  readonly title: string;
  readonly language: string;
  readonly back: string;
  readonly quit: string;
  readonly connecting: TitleAndText;
  readonly lost: TitleAndText;
  readonly outOfOrder: TitleAndText;
  /** Why the kiosk does nothing; the service alone is no reason. */
  readonly missing: Readonly<Record<Standing['missing'][number], string>>;
  readonly welcome: {
    readonly heading: string;
    readonly lead: string;
    readonly apply: TitleAndText;
    readonly bind: TitleAndText;
    readonly result: TitleAndText;
    /** The service is away: what of the above goes on, and what does not. */
    readonly serviceAway: string;
  };
  /** The stages of an application, by which a visitor sees how far it is. */
  readonly stages: {
    readonly label: string;
    readonly names: readonly [string, string, string, string, string];
    readonly at: (stage: number, of: number) => string;
  };
  readonly sessions: {
    readonly heading: string;
    readonly none: TitleAndText;
    readonly notOnSale: string;
    readonly from: (yen: string) => string;
  };
  readonly seats: {
    readonly heading: string;
    readonly category: string;
    readonly soldOut: string;
    readonly left: (count: number) => string;
    readonly tickets: string;
    readonly count: (tickets: number) => string;
    readonly fewer: string;
    readonly more: string;
    readonly most: (count: number) => string;
    readonly companions: string;
    readonly rules: Readonly<Record<CompanionRule, TitleAndText>>;
    readonly total: string;
    readonly next: string;
  };
  readonly yen: (digits: string) => string;
  readonly claim: {
    readonly heading: string;
    readonly lead: string;
    readonly label: string;
    readonly next: string;
  };
  readonly number: {
    readonly heading: string;
    readonly lead: string;
    readonly label: string;
    readonly next: string;
  };
  readonly keys: { readonly label: string; readonly takeBack: string };
  readonly review: {
    readonly headings: Readonly<Record<Form['kind'], string>>;
    readonly leads: Readonly<Record<Form['kind'], string>>;
    readonly sent: Readonly<Record<Form['kind'], string>>;
    readonly next: string;
  };
  readonly hold: TitleAndText;
  readonly reading: TitleAndText;
  readonly pin: {
    readonly headings: Readonly<Record<Pin['key'], string>>;
    readonly hints: Readonly<Record<Pin['key'], string>>;
    readonly typed: (count: number) => string;
    readonly triesLeft: (count: number) => string;
    readonly submit: string;
    readonly useLastTry: string;
    readonly stop: string;
  };
  readonly working: {
    readonly steps: Readonly<Record<NonNullable<View['step']>, string>>;
    readonly text: string;
  };
  readonly lookingUp: TitleAndText;
  readonly sending: TitleAndText;
  readonly done: {
    readonly number: string;
    readonly application: string;
    readonly slip: string;
    readonly seats: string;
    readonly total: string;
    readonly due: string;
    readonly printed: string;
    readonly printFailed: string;
    readonly notPrinted: string;
    readonly printAgain: string;
    readonly printing: string;
    readonly finish: string;
  };
  readonly takeAway: string;
  readonly stillThere: (seconds: number) => string;
  readonly goOn: string;
  /** By a problem's code; where one is not here the kiosk's own English sentence is shown. */
  readonly problems: Readonly<Record<string, string>>;
  /** By the ticketing service's code; where one is not here its own sentence is shown. */
  readonly refusals: Readonly<Record<string, string>>;
}
