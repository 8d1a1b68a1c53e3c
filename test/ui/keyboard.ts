import type { Page } from 'playwright-core';

/** Presses Tab until the focus is there, as one does who has no pointer. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  const wanted = page.locator(selector).first();
  await wanted.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate(isFocused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${selector}.`);
}

/** Whether an element has the focus; to be evaluated in the page. */
export function isFocused(element: { readonly matches: (selector: string) => boolean }): boolean {
  return element.matches(':focus');
}
