import { z } from './schema.ts';

const placing = { gateGroup: z.string(), door: z.string(), direction: z.enum(['in', 'out']) };
/** Where a gate stands. */
export interface Placing {
  gateGroup: string;
  door: string;
  direction: 'in' | 'out';
}

const gate = z.object({
  id: z.string(),
  name: z.string(),
  ...placing,
  fingerprint: z.string(),
  state: z.enum(['enrolled', 'revoked']),
  seenAt: z.optional(z.string()),
});
export type Gate = z.output<typeof gate>;
export const gates = z.object({ items: z.array(gate), next: z.nullable(z.string()) });
export const gateCode = z.object({ code: z.string(), expiresAt: z.string() });
export type GateCode = z.output<typeof gateCode>;

export const listExport = z.object({
  id: z.string(),
  gateGroup: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  done: z.number(),
  total: z.number(),
  error: z.optional(z.string()),
});
export type ListExport = z.output<typeof listExport>;

const entryList = z.object({
  id: z.string(),
  gateGroup: z.string(),
  version: z.number(),
  kind: z.enum(['full', 'delta']),
  bytes: z.number(),
  entries: z.number(),
  issuedAt: z.string(),
  gates: z.array(z.object({ gate: z.string(), fetchedAt: z.optional(z.string()) })),
});
export type EntryList = z.output<typeof entryList>;
export const entryLists = z.object({ items: z.array(entryList), next: z.nullable(z.string()) });

const caseState = z.enum(['open', 'working', 'closed']);
export type CaseState = z.output<typeof caseState>;
const caseLine = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  state: caseState,
  outcome: z.nullable(z.string()),
  owner: z.nullable(z.string()),
  openedAt: z.string(),
  revision: z.number(),
});
export type CaseLine = z.output<typeof caseLine>;
export const cases = z.object({ items: z.array(caseLine), next: z.nullable(z.string()) });
export const oneCase = z.extend(caseLine, {
  detail: z.record(z.string(), z.unknown()),
  notes: z.array(z.object({ at: z.string(), text: z.string() })),
});
export type Case = z.output<typeof oneCase>;
