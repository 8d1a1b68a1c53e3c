import { z } from './schema.ts';

const words = z.object({ title: z.string(), place: z.optional(z.string()), detail: z.string() });

/** A verdict, or that the gate is out of order, as the visitor is shown it. */
export const shown = z.object({
  light: z.enum(['green', 'amber', 'red', 'blue', 'grey']),
  icon: z.enum(['check', 'twice', 'door', 'clock', 'calendar', 'people', 'cross', 'card', 'hold', 'out']),
  sound: z.enum(['welcome', 'ask', 'stop', 'again', 'none']),
  pattern: z.enum(['steady', 'slow-blink', 'fast-blink', 'pulse', 'off']),
  ja: words,
  en: words,
});
export type Shown = z.output<typeof shown>;

/** What the gate tells the visitor's screen. */
export const visitorMessages = {
  ready: z.object({}),
  holding: z.object({}),
  verdict: shown,
  'out-of-order': shown,
} as const;
