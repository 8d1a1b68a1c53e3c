/** What the sandbox's page says. */
export interface SandboxTexts {
  readonly title: string;
  readonly lead: string;
  readonly steps: {
    readonly heading: string;
    readonly green: string;
    readonly clone: string;
    readonly paper: string;
    readonly staff: (pin: string) => string;
    readonly list: string;
  };
  readonly openStaff: string;
  readonly download: string;
  readonly cards: string;
  readonly others: string;
  /** Cards by what the world calls them, where a language has another word. */
  readonly labels: Readonly<Record<string, string>>;
  readonly visitor: (number: string) => string;
  readonly reader: string;
  readonly holdHere: string;
  readonly holding: string;
  readonly screen: string;
  readonly faults: { readonly heading: string; readonly paper: string; readonly reader: string };
  readonly trace: {
    readonly heading: string;
    readonly none: string;
    readonly command: string;
    readonly bytes: string;
    readonly status: string;
    readonly at: string;
    readonly left: string;
    readonly times: (total: number, card: number, own: number) => string;
  };
}
