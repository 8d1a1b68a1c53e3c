/**
 * Bytes that count how often one of them is looked at, themselves and all windows on them: so a reader can
 * be held to linear work without a clock.
 */
export function countedBytes(bytes: Uint8Array): { bytes: Uint8Array; looks: () => number } {
  let looks = 0;
  const count = (view: Uint8Array): Uint8Array =>
    new Proxy(view, {
      get(target, name) {
        if (name === 'subarray') return (...range: [number, number?]) => count(target.subarray(...range));
        if (typeof name === 'string' && /^\d+$/.test(name)) looks += 1;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  return { bytes: count(bytes), looks: () => looks };
}
