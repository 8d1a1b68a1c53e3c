import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startSandbox } from '../world/sandbox.ts';

/** Takes pictures of what `npm start` opens: before the first card, after a green one and a red one. */
export async function pictureSandbox(browser: Browser, folder: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'kazasu-sandbox-'));
  const sandbox = await startSandbox({ folder: home, crowd: 6 });
  try {
    const views = [
      ['ja-JP', 1440, 'visitor 1', 'ja-desktop'],
      ['en-GB', 1440, 'visitor 2', 'en-desktop'],
      ['ja-JP', 390, 'visitor 3', 'ja-phone'],
    ] as const;
    for (const [locale, width, card, ending] of views) {
      const page = await browser.newPage({
        viewport: { width, height: 900 },
        locale,
        reducedMotion: 'reduce',
      });
      const take = (what: string): Promise<unknown> =>
        page.screenshot({ path: join(folder, `sandbox-${what}-${ending}.png`), fullPage: true });
      await page.goto(sandbox.url);
      await page.frameLocator('iframe').locator('[data-message=ready]').waitFor();
      await take('before');
      await page.locator('.cards').first().locator('button').nth(sandboxIndex(card)).click();
      await page.locator('[data-light=green]').waitFor();
      await page.frameLocator('iframe').locator('[data-message=verdict]').waitFor();
      await take('green');
      await page.locator('.cards').last().locator('button').nth(1).click();
      await page.locator('[data-light=red]').waitFor();
      await take('red');
      await page.close();
    }
  } finally {
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function sandboxIndex(card: string): number {
  return Number(card.slice('visitor '.length)) - 1;
}
