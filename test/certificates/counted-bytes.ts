/** Bytes that count how often one of them is looked at. */
export interface CountedBytes {
  readonly bytes: Uint8Array;
  /** How many looks so far, parts of the bytes included. */
  looks(): number;
}

/**
 * Wraps bytes so that work on them can be counted: an assertion on looks holds on every machine, one on
 * time does not.
 */
export function countLooks(bytes: Uint8Array): CountedBytes {
  let looks = 0;
  const wrap = (target: Uint8Array): Uint8Array =>
    new Proxy(target, {
      get(_, property): unknown {
        if (typeof property === 'string' && /^\d+$/.test(property)) looks += 1;
        if (property === 'subarray') return (start: number, end: number) => wrap(target.subarray(start, end));
        return Reflect.get(target, property, target) as unknown;
      },
    });
  return { bytes: wrap(bytes), looks: () => looks };
}
