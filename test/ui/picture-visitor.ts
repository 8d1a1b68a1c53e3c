import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { present } from '../../gate/decide/presentation.ts';
import { sampleVerdicts } from './sample-verdicts.ts';
import { openStage } from './stage.ts';

/** How visitor's screens stand at gates: lying, standing, and a small one. */
export const visitorSizes = {
  landscape: { width: 1280, height: 800 },
  portrait: { width: 800, height: 1280 },
  small: { width: 800, height: 480 },
} as const;

/** Takes a picture of everything that the visitor's screen can say. */
export async function pictureVisitor(browser: Browser, folder: string): Promise<void> {
  for (const [name, viewport] of Object.entries(visitorSizes)) {
    const stage = await openStage();
    try {
      const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
      const take = (what: string) => page.screenshot({ path: join(folder, `visitor-${what}-${name}.png`) });
      stage.say('ready', {});
      await page.goto(stage.url);
      await page.locator('[data-message=ready]').waitFor();
      await take('ready');
      stage.say('holding', {});
      await page.locator('[data-message=holding]').waitFor();
      await take('holding');
      for (const [index, verdict] of sampleVerdicts.entries()) {
        const { light, icon, sound, pattern, visitor } = present(verdict);
        stage.say('verdict', { light, icon, sound, pattern, ...visitor });
        await page.getByText(visitor.ja.title).first().waitFor();
        await take(`${String(index + 1).padStart(2, '0')}-${verdict.name}`);
        stage.say('holding', {});
        await page.locator('[data-message=holding]').waitFor();
      }
      stage.cut();
      await page.locator('[data-message=lost]').waitFor();
      await take('lost');
      await page.close();
    } finally {
      await stage.close();
    }
  }
}
