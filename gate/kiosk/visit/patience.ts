import type { Phase, PhaseName } from './visit.ts';

/** Milliseconds after which a visitor who does nothing is taken to have left. */
const patience: Readonly<Record<PhaseName, number | undefined>> = {
  idle: undefined,
  'looking-up': 20_000,
  review: 180_000,
  'hold-card': 60_000,
  reading: 30_000,
  'wrong-card': 45_000,
  'enter-pin': 90_000,
  working: 45_000,
  sending: 30_000,
  done: 90_000,
  // Until someone takes the card away; nobody else can use it.
  'take-card': undefined,
};

/** How long a phase may last; nothing for one that may last for ever. */
export function patienceOf({ name }: Phase): number | undefined {
  return patience[name];
}
