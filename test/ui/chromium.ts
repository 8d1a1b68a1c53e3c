import { chromium, type Browser } from 'playwright-core';

/** Debian's Chromium, without a window, and without anything that it would say to anyone by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // As a gate's kiosk is started: its screen may sound without having been touched.
      '--autoplay-policy=no-user-gesture-required',
      '--js-flags=--expose-gc',
    ],
  });
}
