const smallest = 0.4;
const step = 0.95;

/**
 * Lets an element's `--scale` shrink until all that it says is in it: a gate may name its doors at any length,
 * and a screen at a gate does not scroll. Looks again when the screen turns.
 */
export function fit(element: HTMLElement): () => void {
  const shrink = (): void => {
    let scale = 1;
    const set = (): void => {
      element.style.setProperty('--scale', scale.toFixed(3));
    };
    set();
    while (scale > smallest && isTooSmall(element)) {
      scale *= step;
      set();
    }
  };
  shrink();
  const turning = new ResizeObserver(shrink);
  turning.observe(element);
  return () => {
    turning.disconnect();
  };
}

/** Whether something reaches into the element's padding, or past its edge. */
function isTooSmall(element: HTMLElement): boolean {
  const { paddingTop, paddingRight, paddingBottom, paddingLeft } = getComputedStyle(element);
  const outer = element.getBoundingClientRect();
  return [...element.children].some((child) => {
    if (getComputedStyle(child).position === 'absolute') return false;
    const { top, right, bottom, left } = child.getBoundingClientRect();
    return (
      top < outer.top + parseFloat(paddingTop) - 1 ||
      bottom > outer.bottom - parseFloat(paddingBottom) + 1 ||
      left < outer.left + parseFloat(paddingLeft) - 1 ||
      right > outer.right - parseFloat(paddingRight) + 1
    );
  });
}
