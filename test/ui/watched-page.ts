import { AxeBuilder } from '@axe-core/playwright';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';

/** A page that is watched: whatever it should not have done is in `complaints`. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests that would have left the machine, breaches of the content security policy, errors of scripts. */
  readonly complaints: string[];
  /** How many bytes came over the wire so far, compressed as they were; streams not counted. */
  readonly loaded: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Opens a page at `url` in a browser profile of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const finished: Request[] = [];
  const { origin } = new URL(url);
  page.on('request', (request) => {
    const address = request.url();
    if (new URL(address).origin !== origin) complaints.push(`left the machine: ${address}`);
  });
  page.on('requestfinished', (request) => finished.push(request));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /policy|refused to/i.test(message.text()))
      complaints.push(message.text());
  });
  await page.addInitScript({ path: join('test', 'ui', 'in-page.js') });
  await page.goto(url);
  return {
    page,
    complaints,
    loaded: async () => {
      const sizes = await Promise.all(finished.map((request) => request.sizes()));
      return sizes.reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
    },
    close: () => context.close(),
  };
}

/** What axe finds on the page as it is now: rule and place of each, without what is only minor. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
}

/** Asks what in-page.js knows. */
export function ask<Answer>(page: Page, question: string): Promise<Answer> {
  return page.evaluate<Answer>(`inPage.${question}`);
}
