import type { OfferedPack } from '../../ticketing/gate-api/messages.ts';

/** The highest version that the gate has taken of a session; 0 for none. */
export type HeldVersion = (of: { readonly event: string; readonly session: string }) => number;

type OfferedDelta = Extract<OfferedPack, { kind: 'delta' }>;

/**
 * Which of the offered files to take, in this order: for each session the deltas that lead on from what the
 * gate has, or the newest whole pack where they do not lead as far. Pure.
 *
 * @example
 * for (const offered of choosePacks(await client.packs(), held)) await service.take(await client.file(offered));
 */
export function choosePacks(offered: readonly OfferedPack[], held: HeldVersion): OfferedPack[] {
  const sessions = new Map<string, OfferedPack[]>();
  for (const each of offered) {
    const name = JSON.stringify([each.event, each.session]);
    sessions.set(name, [...(sessions.get(name) ?? []), each]);
  }
  return [...sessions.values()].flatMap((ofSession) => {
    const [first] = ofSession;
    return first === undefined ? [] : chooseOfSession(ofSession, held(first));
  });
}

function chooseOfSession(offered: readonly OfferedPack[], held: number): OfferedPack[] {
  const leading = new Leading(offered.filter((each) => each.kind === 'delta'));
  const deltas = held === 0 ? [] : leading.from(held);
  const reached = deltas.at(-1)?.version ?? held;
  let best: OfferedPack[] = deltas;
  let furthest = reached;
  for (const whole of offered) {
    if (whole.kind === 'delta' || whole.version <= held) continue;
    const then = [whole, ...leading.from(whole.version)];
    const end = then.at(-1)?.version ?? 0;
    // A change is smaller than a whole pack: only what leads further is worth one.
    if (end > furthest || (end === furthest && best[0]?.kind === 'full' && then.length < best.length)) {
      [best, furthest] = [then, end];
    }
  }
  return best;
}

/** Where deltas lead from a version, as far as they can in as few steps as that takes. */
class Leading {
  readonly #step = new Map<
    number,
    { readonly delta: OfferedDelta; readonly end: number; readonly steps: number }
  >();

  constructor(deltas: readonly OfferedDelta[]) {
    // The last bases first: what follows a delta is known when the delta is looked at.
    for (const delta of deltas.toSorted((a, b) => b.base - a.base)) {
      if (delta.version <= delta.base) continue;
      const onward = this.#step.get(delta.version);
      const [end, steps] = [onward?.end ?? delta.version, (onward?.steps ?? 0) + 1];
      const known = this.#step.get(delta.base);
      if (known === undefined || end > known.end || (end === known.end && steps < known.steps)) {
        this.#step.set(delta.base, { delta, end, steps });
      }
    }
  }

  from(version: number): OfferedDelta[] {
    const chain: OfferedDelta[] = [];
    for (let next = this.#step.get(version); next !== undefined; next = this.#step.get(next.delta.version)) {
      chain.push(next.delta);
    }
    return chain;
  }
}
