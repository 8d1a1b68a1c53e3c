/** Where an entry stands: in which log of its gate, and at which place. */
export interface Place {
  readonly epoch: number;
  readonly number: number;
}

/** One admission, in or out, as a gate's journal has it. */
export interface Movement {
  readonly gate: string;
  readonly door: string;
  readonly gateGroup: string;
  readonly place: Place;
  readonly at: number;
  readonly how: 'tap' | 'hand';
  readonly direction: 'in' | 'out';
  readonly ticket?: string;
  /** The card's tag, in hexadecimal. */
  readonly tag?: string;
  readonly category?: string;
  readonly people: number;
  /** By hand: which role let them through, and why. */
  readonly by?: string;
  readonly reason?: string;
  /** Staff took it back: the visitor turned round. */
  readonly undone: boolean;
}

/** The one order of all gates' movements: by time, and where that is the same by gate and place. */
export function inTime(a: Movement, b: Movement): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.gate !== b.gate) return a.gate < b.gate ? -1 : 1;
  return a.place.epoch - b.place.epoch || a.place.number - b.place.number;
}

/** A movement as cases and exports show it: when, where, how, and the entry that proves it. */
export function shown({ gate, door, place, at, how, direction, by, reason, undone, people }: Movement) {
  return {
    at: new Date(at).toISOString(),
    gate,
    door,
    direction,
    how,
    log: place.epoch,
    entry: place.number,
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
    ...(people > 1 ? { people } : {}),
    ...(undone ? { undone } : {}),
  };
}
