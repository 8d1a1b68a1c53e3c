/** Time as the devices at the edge need it, so that a test can hold it still. */
export interface Timer {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Calls once, later; answers how to call it off. */
  after(milliseconds: number, act: () => void): () => void;
}

/** The machine's own time. */
export const systemTimer: Timer = {
  now: () => performance.now(),
  after(milliseconds, act) {
    const timeout = setTimeout(act, milliseconds);
    return () => {
      clearTimeout(timeout);
    };
  },
};
