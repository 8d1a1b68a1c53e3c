/** What the visitor's screen says where the gate gives it no words. */
export interface VisitorTexts {
  readonly hold: { readonly title: string; readonly detail: string };
  readonly holding: { readonly title: string; readonly detail: string };
  readonly lost: { readonly title: string; readonly detail: string };
  readonly connecting: { readonly title: string; readonly detail: string };
  readonly silent: string;
}
