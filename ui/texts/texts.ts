import type { KioskTexts } from './kiosk-texts.ts';
import type { OrganiserTexts } from './organiser-texts.ts';
import type { SandboxTexts } from './sandbox-texts.ts';
import type { StaffTexts } from './staff-texts.ts';
import type { VisitorTexts } from './visitor-texts.ts';

/**
 * All that the screens say themselves, in one language. A language is one file beside this one, named by its
 * code, which exports `texts`; where it lacks a text it does not compile. What verdicts are called comes from
 * the gate, which has one table of its own for screens, receipts and logs.
 */
export interface Texts {
  /** What the language calls itself. */
  readonly name: string;
  readonly visitor: VisitorTexts;
  readonly kiosk: KioskTexts;
  readonly staff: StaffTexts;
  readonly organiser: OrganiserTexts;
  readonly sandbox: SandboxTexts;
}
