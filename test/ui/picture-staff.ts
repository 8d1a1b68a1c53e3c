import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { isReady } from '../../gate/service/standing.ts';
import { startNetworkPrinter } from '../printer/network-printer.ts';
import { openTerminal, standing, type Terminal } from '../service/terminal.ts';
import { signIn } from './staff-page.ts';

const sizes = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 834, height: 1112 },
  phone: { width: 390, height: 844 },
} as const;

/** Takes a picture of the staff's screen in each of its states, at a real gate that has had some visitors. */
export async function pictureStaff(browser: Browser, folder: string): Promise<void> {
  const paper = await startNetworkPrinter();
  const terminal = await openTerminal({ crowd: 12, printer: paper.address });
  try {
    await standing(terminal.service, isReady);
    await visit(terminal);
    for (const language of ['ja', 'en'] as const) {
      for (const [name, viewport] of Object.entries(sizes)) {
        for (const colorScheme of ['light', 'dark'] as const) {
          if (colorScheme === 'dark' && (name !== 'desktop' || language !== 'ja')) continue;
          const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
          const page = await browser.newPage({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
          const ending = `${language}-${name}${colorScheme === 'dark' ? '-dark' : ''}`;
          await picture(page, terminal, (what) =>
            page.screenshot({ path: join(folder, `staff-${what}-${ending}.png`), fullPage: true }),
          );
          await page.close();
        }
      }
    }
  } finally {
    await terminal.close();
    await paper.close();
  }
}

/** Some come in, some are turned away, one leaves too early, one comes twice. */
async function visit(terminal: Terminal): Promise<void> {
  const labels = ['visitor 1', 'visitor 2', 'child', 'cloned card', 'no ticket', 'visitor 3', 'visitor 1'];
  for (const label of [
    ...labels,
    'card held too shortly',
    'another kind of card',
    'visitor 4',
    'visitor 5',
  ]) {
    await terminal.hold(terminal.visitor(label).card);
  }
}

async function picture(
  page: Page,
  terminal: Terminal,
  take: (what: string) => Promise<unknown>,
): Promise<void> {
  const number = page.locator('#ticket-number');
  const lookUp = async (ticket: string): Promise<void> => {
    await number.fill(ticket);
    await number.press('Enter');
  };
  await page.goto(`${terminal.url}/staff`);
  await page.locator('form').waitFor();
  await take('sign-in');
  // As the role that then signs in rightly, since five wrong ones in a row would lock it.
  await page.locator('input[value=supervisor]').check({ force: true });
  await page.locator('input[type=password]').fill('not this one');
  await page.locator('form button.primary').click();
  await page.getByText('[wrong-pin]').waitFor();
  await take('wrong-pin');

  await signIn(page, 'supervisor');
  await page.locator('ol li').first().waitFor();
  await take('lane');
  await lookUp(terminal.visitor('visitor 1').record?.ticket ?? '');
  await page.locator('article').waitFor();
  await take('ticket-inside');
  await page.locator('article .grave').click();
  await take('against-the-rules');
  await lookUp(terminal.visitor('visitor 9').record?.ticket ?? '');
  await page.locator('article .primary').waitFor();
  await page.locator('article .primary').click();
  await take('let-in');
  await lookUp('K-9999');
  await page.getByText('[no-such-ticket]').waitFor();
  await take('no-such-ticket');
  await page.locator('ol li[data-light=green] button').first().click();
  await take('undo');
  await page.locator('#tool-ready').click();
  await page.locator('#tool-panel .primary').click();
  await page.locator('#tool-panel li').first().waitFor();
  await take('ready-check');
  await page.locator('#tool-pack').click();
  await take('pack');
  await page.locator('#tool-journal').click();
  await page.locator('#tool-panel li').first().waitFor();
  await take('journal');
  terminal.service.setLane(false);
  await page.locator('[data-look=closed]').waitFor();
  await take('closed');
  await page.locator('.closing .button').click();
  await page.locator('.closing output').waitFor();
  await take('closing-slip');
  terminal.service.setLane(true);
  await page.locator('[data-look=open]').waitFor();
}
