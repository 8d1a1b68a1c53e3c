import type { Verdict, VerdictName, VerdictOf } from '../../gate/decide/verdict.ts';

const at = Date.parse('2026-11-21T18:12:00+09:00');
const minutes = (count: number): number => at + count * 60_000;
const ticket = { number: 'K-0042', category: 'S', seat: '1階 C列 12番' } as const;

/** One verdict of each sort, with texts as long as they come. */
const samples: { readonly [Name in VerdictName]: VerdictOf<Name> } = {
  admitted: {
    name: 'admitted',
    at,
    ticket: { ...ticket, party: { id: 'P', role: 'representative', size: 3 } },
    direction: 'in',
    gate: '北口 1',
    people: 1,
    repeat: false,
  },
  'already-entered': {
    name: 'already-entered',
    at,
    ticket,
    enteredAt: minutes(-14),
    enteredGate: '南口 2',
    by: 'card',
  },
  'wrong-gate': { name: 'wrong-gate', at, ticket, gate: '北口', doors: ['南口', '西口 2 階'] },
  'too-early': { name: 'too-early', at, ticket, from: minutes(48) },
  'too-late': { name: 'too-late', at, ticket, until: minutes(-42) },
  'wrong-session': {
    name: 'wrong-session',
    at,
    session: 'かざす音楽会 二日目 夜の部',
    starts: minutes(24 * 60),
  },
  'visit-limit': { name: 'visit-limit', at, ticket, visits: 3, days: 30, from: minutes(5 * 24 * 60) },
  'party-incomplete': { name: 'party-incomplete', at, ticket, missing: 'representative', withinSeconds: 60 },
  'needs-adult': { name: 'needs-adult', at, ticket },
  'not-on-list': { name: 'not-on-list' },
  revoked: { name: 'revoked' },
  expired: { name: 'expired' },
  'not-genuine': { name: 'not-genuine' },
  'unknown-issuer': { name: 'unknown-issuer' },
  'not-a-my-number-card': { name: 'not-a-my-number-card' },
  'no-certificate': { name: 'no-certificate' },
  unreadable: { name: 'unreadable' },
  'hold-longer': { name: 'hold-longer', because: 'left-early' },
  'out-of-order': { name: 'out-of-order', missing: ['hsm'] },
};

export const sampleVerdicts: readonly Verdict[] = [
  ...Object.values(samples),
  {
    ...samples.admitted,
    ticket: { number: 'K-1', category: 'A', seat: 'アリーナ F ブロック 24列 118番' },
    people: 12,
  },
  { ...samples.admitted, ticket: { number: 'K-2', category: 'A', zone: '自由席 A' } },
  { ...samples.admitted, direction: 'out' },
];
