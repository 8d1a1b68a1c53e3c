import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { becomeOwner, OrganiserWorld, signIn } from './organiser-world.ts';

const views = [
  ['ja', 'desktop', { width: 1280, height: 900 }, 'light'],
  ['en', 'desktop', { width: 1280, height: 900 }, 'dark'],
  ['ja', 'phone', { width: 390, height: 844 }, 'light'],
] as const;

type Take = (what: string) => Promise<unknown>;

/** Takes a picture of the organiser's screen in each of its states, at a real service; each view has its own house. */
export async function pictureOrganiser(browser: Browser, folder: string): Promise<void> {
  const world = await OrganiserWorld.open();
  try {
    for (const [language, name, viewport, colorScheme] of views) {
      const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
      const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const ending = `${language}-${name}${colorScheme === 'dark' ? '-dark' : ''}`;
      const take: Take = (what) =>
        page.screenshot({ path: join(folder, `organiser-${what}-${ending}.png`), fullPage: true });
      await pictureDoor(page, world, ending, take);
      await pictureSetUp(page, ending, take);
      await context.close();
    }
  } finally {
    await world.close();
  }
}

async function pictureDoor(page: Page, world: OrganiserWorld, ending: string, take: Take): Promise<void> {
  await page.goto(world.url);
  await page.locator('form').waitFor();
  await take('sign-in');
  await signIn(page, 'not this one at all');
  await page.locator('[role=alert] p').waitFor();
  await take('wrong-password');
  // A house of its own each time: the pages of one that has nothing yet are states too.
  const house = ending.startsWith('ja') ? `かざすホール ${ending}` : `Kazasu Hall ${ending}`;
  await page.goto(await world.ownerLink(house));
  await page.locator('form').waitFor();
  await take('invitation');
  await becomeOwner(page, `${ending}@hall.example`);
  await page.locator('.empty').waitFor();
  await take('no-events');
}

async function pictureSetUp(page: Page, ending: string, take: Take): Promise<void> {
  await page.locator('.empty .primary').click();
  await page.locator('form').waitFor();
  await take('event-form');
  await fill(page, ['春の音楽祭', 'Spring Festival', `spring-${ending}`]);
  await page.locator('form .primary').click();
  await page.locator('.empty').waitFor();
  await take('no-sessions');
  await page.locator('.empty .primary').click();
  await page.locator('form').waitFor();
  await take('session-form');
  await fill(page, ['初日', 'Opening night', 'みなと市民会館 大ホール', 'Minato Hall', `opening-${ending}`]);
  const times = page.locator('input[type=datetime-local]');
  await times.nth(0).fill('2027-04-03T18:00');
  await times.nth(1).fill('2026-01-10T10:00');
  await times.nth(2).fill('2026-01-01T10:00');
  await page.locator('form .primary').click();
  await page.locator('main [role=alert] p').waitFor();
  await take('session-wrong');
  await times.nth(2).fill('2027-04-03T12:00');
  await page.locator('form .primary').click();
  await page.locator('[data-state=draft]').waitFor();
  await take('session-empty');
  await addCategory(page, ['立見', 'Standing', 'ST'], [4000, 120], () => take('category-form'));
  await addCategory(page, ['指定席 S', 'Reserved S', 'S'], [8800]);
  await page.locator('input[type=file]').setInputFiles(hall());
  await page.locator('[aria-labelledby=seats-heading] .primary').click();
  await page.locator('figure svg').waitFor();
  await take('session-draft');
  await page.locator('[aria-labelledby=sale-heading] .primary').click();
  await page.locator('[data-state=on-sale]').waitFor();
  await take('session-on-sale');
  await page.locator('[aria-labelledby=sale-heading] .plain').click();
  await take('cancel-asked');
  await page.locator('nav a').first().click();
  await page.locator('.rows a').first().waitFor();
  await take('events');
  for (const name of ['tickets', 'gates', 'cases', 'people', 'audit', 'me']) {
    await page.locator(`nav a[href="#/${name}"]`).click();
    await page.locator(`nav a[href="#/${name}"][aria-current]`).waitFor();
    await page.locator('.rows li, .empty, form').first().waitFor();
    await take(name);
  }
}

/** Twelve curved rows, as a seat map that says where each seat is. */
function hall(): { name: string; mimeType: string; buffer: Buffer } {
  const lines = ['label,category,x,y'];
  for (let row = 0; row < 12; row += 1) {
    for (let seat = 0; seat < 30; seat += 1) {
      const y = row * 1.2 + ((seat - 14.5) / 14.5) ** 2 * -2;
      lines.push(`${row + 1}列 ${seat + 1}番,S,${seat},${y.toFixed(2)}`);
    }
  }
  return { name: 'hall.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) };
}

/** Fills the text fields of the form in their order. */
async function fill(page: Page, texts: readonly string[]): Promise<void> {
  const fields = page.locator('form input.input:not([type])');
  for (const [place, text] of texts.entries()) await fields.nth(place).fill(text);
}

async function addCategory(
  page: Page,
  texts: readonly string[],
  numbers: readonly number[],
  beforeSent: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const card = page.locator('[aria-labelledby=categories-heading]');
  await card.locator(':scope > .button').click();
  await fill(page, texts);
  const fields = page.locator('form input[type=number]');
  for (const [place, number] of numbers.entries()) await fields.nth(place).fill(String(number));
  await beforeSent();
  const before = await card.locator('article').count();
  await card.locator('form .primary').click();
  await card.locator('article').nth(before).waitFor();
}
