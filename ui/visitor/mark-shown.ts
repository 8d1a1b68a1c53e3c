/** The name of the mark; there is one at most, so that a day of verdicts leaves nothing behind. */
const mark = 'verdict-shown';

/** Marks the time at which what was just set is on the screen: the frame is drawn, and the next has its turn. */
export function markShown(): void {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      performance.clearMarks(mark);
      performance.mark(mark);
      port1.close();
    };
    port2.postMessage(undefined);
  });
}
