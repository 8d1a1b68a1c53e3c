import { sentenceOf } from '../../hsm/program/sentence.ts';

/** What has to be ready before doors, in the order in which it is told. */
export const checkNames = [
  'readers',
  'hsm',
  'keys',
  'terminal-certificate',
  'pack',
  'disk',
  'journal',
  'clock',
  'printer',
  'card',
] as const;
export type CheckName = (typeof checkNames)[number];

/** One thing that was looked at. */
export interface CheckItem {
  readonly item: CheckName;
  readonly ready: boolean;
  /** Where ready, what was found; else what is wrong and how to mend it. */
  readonly text: string;
}

/** Looks at one thing: what it answers is what was found, what it throws is what to mend. */
export async function look(item: CheckName, at: () => Promise<string> | string): Promise<CheckItem> {
  try {
    return { item, ready: true, text: await at() };
  } catch (error) {
    return { item, ready: false, text: sentenceOf(error) };
  }
}
