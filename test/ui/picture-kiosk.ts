import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openKioskWorld } from '../kiosk/kiosk-world.ts';
import { startNetworkPrinter } from '../printer/network-printer.ts';
import { walkKiosk } from './walk-kiosk.ts';

/** How kiosks' screens stand: upright, or like a counter's tablet. */
const views = [
  ['ja', 'portrait', { width: 1080, height: 1920 }, 'light'],
  ['en', 'portrait', { width: 1080, height: 1920 }, 'light'],
  ['ja', 'landscape', { width: 1280, height: 800 }, 'light'],
  ['en', 'landscape', { width: 1280, height: 800 }, 'dark'],
] as const;

/** Takes a picture of the kiosk's screen in each of its states, at a real kiosk. */
export async function pictureKiosk(browser: Browser, folder: string): Promise<void> {
  const printer = await startNetworkPrinter();
  const world = await openKioskWorld({ printer: printer.address });
  try {
    for (const [language, name, viewport, colorScheme] of views) {
      const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
      const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const ending = `${language}-${name}${colorScheme === 'dark' ? '-dark' : ''}`;
      await walkKiosk(page, world, (state) =>
        page.screenshot({ path: join(folder, `kiosk-${state}-${ending}.png`), fullPage: true }),
      );
      await context.close();
    }
  } finally {
    await world.close();
    await printer.close();
  }
}
