import { z } from './schema.ts';

export const sandboxState = z.object({
  staffUrl: z.string(),
  staffPin: z.string(),
  cards: z.array(z.string()),
  faults: z.object({ paper: z.boolean(), reader: z.boolean() }),
});
export type SandboxState = z.output<typeof sandboxState>;

/** A tap: what the light was, and what was said to the card. */
export const heldTap = z.object({
  light: z.enum(['green', 'amber', 'red', 'blue', 'grey']),
  title: z.object({ ja: z.string(), en: z.string() }),
  seat: z.optional(z.string()),
  ms: z.object({ total: z.number(), card: z.number(), own: z.number() }),
  trace: z.array(
    z.object({
      name: z.string(),
      sent: z.number(),
      received: z.number(),
      status: z.optional(z.string()),
      at: z.number(),
    }),
  ),
});
export type HeldTap = z.output<typeof heldTap>;
