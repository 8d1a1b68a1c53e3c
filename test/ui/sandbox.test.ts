import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../world/sandbox.ts';
import { launchChromium } from './chromium.ts';
import { ask, axeFindings, openPage, type WatchedPage } from './watched-page.ts';

let browser: Browser;
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-sandbox-'));
  sandbox = await startSandbox({ folder, crowd: 4 });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (locale = 'en-GB', viewport = { width: 1280, height: 900 }): Promise<WatchedPage> =>
  openPage(browser, sandbox.url, { locale, viewport, reducedMotion: 'reduce' });

describe('the sandbox’s page', () => {
  it.each([
    ['en-GB', 'Visitor 1', 'Welcome'],
    ['ja-JP', '来場者 2', 'どうぞ'],
  ])('comes to green by keyboard alone, with the tap’s commands, in %s', async (locale, card, welcome) => {
    const { page, complaints, loaded, close } = await open(locale);
    await page.getByRole('button', { name: card, exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-light=green]').getByText(welcome).waitFor();
    await page.frameLocator('iframe').getByText(welcome).first().waitFor();
    await page.getByRole('rowheader', { name: 'EXTERNAL AUTHENTICATE' }).waitFor();
    expect(await loaded()).toBeLessThan(150_000);
    expect(complaints).toEqual([]);
    await close();
  });

  it('turns a clone away that is dragged to the reader', async () => {
    const { page, close } = await open();
    await page.getByRole('button', { name: 'cloned card' }).dragTo(page.locator('.reader'));
    await page.locator('[data-light=red]').waitFor();
    await close();
  });

  it('admits without paper, refuses without a reader, and goes on when that is mended', async () => {
    const { page, close } = await open();
    const paper = page.getByRole('button', { name: 'Printer out of paper', pressed: false });
    await paper.click();
    await page.getByRole('button', { name: 'Visitor 3', exact: true }).click();
    await page.locator('[data-light=green]').waitFor();
    await page.getByRole('button', { name: 'Reader unplugged', pressed: false }).click();
    const mend = page.getByRole('button', { name: 'Reader unplugged', pressed: true });
    await mend.waitFor();
    await page.getByRole('button', { name: 'Visitor 4', exact: true }).click();
    await page.getByText('[reader-away]').waitFor();
    await mend.click();
    await page.getByRole('button', { name: 'Reader unplugged', pressed: false }).waitFor();
    await page.frameLocator('iframe').locator('[data-message=ready]').waitFor();
    await page.getByRole('button', { name: 'Visitor 4', exact: true }).click();
    await page.locator('[data-light=green]').waitFor();
    await close();
  });

  it('hands out the entry list as a gate is handed it', async () => {
    const { page, close } = await open();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the entry list' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('session.pack');
    await close();
  });

  it('has nothing that axe finds at fault, targets of 44 pixels, and no loss at twice the size', async () => {
    const { page, close } = await open('ja-JP', { width: 640, height: 400 });
    await page.getByRole('button', { name: '来場者 1', exact: true }).click();
    await page.locator('tbody tr').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await ask(page, 'smallTargets()')).toEqual([]);
    expect(await ask(page, 'sideways()')).toBe(0);
    await close();
  });
});
