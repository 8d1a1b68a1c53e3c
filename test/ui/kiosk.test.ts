// The kiosk's screen in a real browser, at `kazasu-gate kiosk` on real pcscd and SoftHSM.
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openKioskWorld, type KioskWorld } from '../kiosk/kiosk-world.ts';
import { sampleClaimCode } from '../kiosk/sample-tasks.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { textOf } from '../printer/paper.ts';
import { launchChromium } from './chromium.ts';
import { tabTo } from './keyboard.ts';
import { KioskVisitor, walkKiosk } from './walk-kiosk.ts';
import { ask, axeFindings, openPage, type WatchedPage } from './watched-page.ts';

let browser: Browser;
let printer: NetworkPrinter;
let world: KioskWorld;
beforeAll(async () => {
  browser = await launchChromium();
  printer = await startNetworkPrinter();
  world = await openKioskWorld({ printer: printer.address });
});
afterAll(async () => {
  await browser.close();
  await world.close();
  await printer.close();
});

afterEach(async () => {
  // Whatever a test left behind, the next visitor finds nobody there.
  await world.pcscd.remove(0);
  const { phase } = await world.screen.now();
  if (phase !== 'idle') await world.screen.press('leave');
  await world.screen.phase('idle');
});

async function open(options: BrowserContextOptions = {}): Promise<KioskVisitor & WatchedPage> {
  const viewport = { width: 1080, height: 1920 };
  const watched = await openPage(browser, world.kiosk.url, {
    viewport,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  const visitor = Object.assign(new KioskVisitor(watched.page, world), watched);
  await visitor.at('idle', 'welcome');
  await visitor.page.locator('.choice:enabled').nth(2).waitFor();
  return visitor;
}

describe('the kiosk’s screen', () => {
  it.each([
    ['日本語', { total: '16,000円', done: '申込みを受け付けました', take: 'カードをお取りください' }],
    ['English', { total: '¥16,000', done: 'Your application is accepted', take: 'Please take your card' }],
  ])('takes an application by keyboard alone, from the language to the note: %s', async (name, words) => {
    const visitor = await open();
    const { page } = visitor;
    const press = async (selector: string): Promise<void> => {
      await tabTo(page, selector);
      await page.keyboard.press('Enter');
    };
    await press(`header button:text-is("${name}")`);
    await press('.choice');
    await visitor.at('idle', 'sessions');
    await press('.choice');
    await visitor.at('idle', 'seats');
    await tabTo(page, 'input[name=category]');
    await page.keyboard.press('Space');
    await press('.stepper button:last-of-type');
    await press('.actions .primary');
    await visitor.at('review');
    await page.getByText(words.total).waitFor();
    await press('.actions .primary');
    await visitor.at('hold-card');
    await visitor.lay('ordinary');
    await visitor.at('enter-pin');
    await page.keyboard.type('abc124');
    await page.keyboard.press('Backspace');
    await visitor.type('3');
    await page.getByRole('heading', { name: words.done }).waitFor();
    await page.locator('[data-printing=printed]').waitFor();
    const number = (await page.locator('dd').nth(2).textContent()) ?? 'no number';
    expect(printer.printer.slips.flatMap(textOf).join('\n')).toContain(number);
    await press('.actions .primary');
    await page.getByRole('heading', { name: words.take }).waitFor();
    await visitor.take();
    await visitor.at('idle', 'welcome');
    expect(world.service.taken.at(-1)).toMatchObject({ category: 'S', tickets: 2, total: 16_000 });
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('ties a companion’s ticket to a card by touch alone', async () => {
    const visitor = await open({ hasTouch: true });
    const { page } = visitor;
    const tap = (selector: string): Promise<void> => page.locator(selector).tap();
    const keys = async (text: string): Promise<void> => {
      for (const key of text) await page.locator('.keys button').getByText(key, { exact: true }).tap();
    };
    await page.locator('.choice').nth(1).tap();
    await keys(sampleClaimCode.replaceAll(/[^2-9A-HJ-NP-Z]/g, ''));
    await page.locator('.keys .back').tap();
    await tap('.actions .primary');
    // The sample's code has signs that no real one has: what was typed is not it.
    await visitor.at('done');
    await tap('.actions .primary');
    await visitor.at('idle', 'welcome');
    await page.locator('.choice').nth(1).tap();
    await page.locator('input').fill(`https://tickets.example/claim#${sampleClaimCode}`);
    await tap('.actions .primary');
    await visitor.at('review');
    await tap('.actions .primary');
    await visitor.lay('ordinary');
    await visitor.at('enter-pin');
    await keys('1239');
    await page.locator('.keys .back').tap();
    await keys('4');
    await tap('.actions .primary');
    await page.getByRole('heading', { name: 'The ticket is tied to this card' }).waitFor();
    expect(world.service.bound).toContain('ticket-2');
    await visitor.close();
  });

  it('never has a PIN in the page, whatever way it is typed', async () => {
    const visitor = await open();
    const { page } = visitor;
    await visitor.toReview();
    await visitor.toPin();
    const bodies: (Buffer | null)[] = [];
    page.on('request', (request) => bodies.push(request.postDataBuffer()));
    await page.keyboard.type('QX7');
    for (const key of 'K9Z') await page.locator('.keys button').getByText(key, { exact: true }).click();
    expect(await page.locator('.there').count()).toBe(6);
    expect(await page.content()).not.toMatch(/QX7|K9Z|type="(text|password)"/);
    expect(await ask(page, 'kept()')).not.toContain('QX7');
    await page.keyboard.press('Enter');
    await page.locator('.pips .left:nth-child(4):not(:has(+ .left))').waitFor();
    expect(await page.locator('.there').count()).toBe(0);
    expect(await page.content()).not.toMatch(/QX7|K9Z/);
    expect(await ask(page, 'kept()')).not.toContain('QX7');
    // It went where it had to, once, and nowhere else.
    const sent = bodies.filter((body) => body?.includes('QX7K9Z') === true);
    expect(sent).toHaveLength(1);
    await visitor.close();
  });

  it('leaves nothing behind: not on the screen, in the address, in what a browser keeps, or to go back to', async () => {
    const visitor = await open();
    const { page } = visitor;
    const before = await ask<string>(page, 'kept()');
    const text = await page.locator('body').innerText();
    await page.getByRole('button', { name: '日本語' }).click();
    await visitor.toReview();
    await visitor.toPin();
    await visitor.type('ABC123');
    await page.locator('[data-printing=printed]').waitFor();
    await visitor.finish();
    expect(await ask(page, 'kept()')).toBe(before);
    expect(await page.locator('body').innerText()).toBe(text);
    await visitor.choose('bind');
    await page.keyboard.type('HALF-TYPED');
    await page.locator('header .row + .button').click();
    await visitor.choose('bind');
    expect(await page.locator('input').inputValue()).toBe('');
    expect(await ask(page, 'kept()')).toBe(before);
    await visitor.close();
  });

  it('warns before the last try, which the visitor may leave unused', async () => {
    const visitor = await open();
    const { page } = visitor;
    await visitor.choose('bind');
    await visitor.type(sampleClaimCode);
    await visitor.at('review');
    await visitor.toPin();
    await page.getByText('3 tries left').waitFor();
    await visitor.type('0000');
    await page.getByText('The PIN is wrong').waitFor();
    await page.getByText('2 tries left').waitFor();
    await visitor.type('0000');
    await page.getByText('One more wrong PIN locks the card').waitFor();
    await page.keyboard.type('1234');
    await page.keyboard.press('Escape');
    expect(await page.locator('.keys').count()).toBe(0);
    await page.getByRole('button', { name: 'Stop here' }).click();
    await visitor.at('take-card');
    await visitor.close();
  });

  it('goes back from the review to what was chosen', async () => {
    const visitor = await open();
    await visitor.toReview();
    await visitor.back();
    await visitor.at('idle', 'seats');
    await visitor.back();
    await visitor.at('idle', 'sessions');
    await visitor.close();
  });

  it('forgets whoever walks away, with a countdown first; a touch is enough to go on', async () => {
    const visitor = await open();
    const { page } = visitor;
    await page.getByRole('button', { name: '日本語' }).click();
    await visitor.choose('bind');
    await page.keyboard.type('HALF');
    await page.clock.setFixedTime(Date.now() + 45_000);
    await page.locator('[role=timer]').waitFor();
    await page.getByRole('button', { name: '続ける' }).click();
    await page.locator('[role=timer]').waitFor({ state: 'detached' });
    expect(await page.locator('input').inputValue()).toBe('HALF');
    await page.clock.setFixedTime(Date.now() + 110_000);
    await page.getByText('Touch what you are here for.').waitFor();
    await visitor.close();
  });

  it('asks the kiosk for more time where the kiosk’s own visit is about to end', async () => {
    const visitor = await open();
    const { page } = visitor;
    await visitor.toReview();
    const { until } = await world.screen.phase('review');
    await page.clock.setFixedTime(Date.now() + 170_000);
    await page.getByText(/In \d+ seconds/).waitFor();
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await world.screen.until((view) => view.until !== undefined && view.until > (until ?? ''));
    await visitor.close();
  });

  // A walk through some thirty states: on a busy machine that takes minutes.
  it.each([
    ['by day, upright', { locale: 'ja-JP', colorScheme: 'light', viewport: { width: 1080, height: 1920 } }],
    [
      'by night, at twice the size',
      { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 640, height: 400 } },
    ],
  ] as const)(
    'has nothing that axe finds at fault in any state, targets of 44 pixels, and nothing cut off: %s',
    { timeout: 600_000 },
    async (_, options) => {
      const visitor = await open(options);
      const found: Record<string, unknown> = {};
      await walkKiosk(visitor.page, world, async (state) => {
        const faults = [
          ...(await axeFindings(visitor.page)),
          ...(await ask<string[]>(visitor.page, 'smallTargets()')),
          ...(await ask<string[]>(visitor.page, 'cutOffSideways()')),
        ];
        if (faults.length > 0) found[state] = faults;
      });
      expect(found).toEqual({});
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    },
  );

  it('loads in less than 150 kB', async () => {
    const visitor = await open();
    expect(await visitor.loaded()).toBeLessThan(150_000);
    await visitor.close();
  });

  // Last: it ends the kiosk.
  it('says that the kiosk is gone, and has forgotten whoever was there', async () => {
    const visitor = await open();
    const { page } = visitor;
    await visitor.toReview();
    await world.kiosk.stop('SIGKILL');
    await page.getByText('The kiosk does not answer').waitFor();
    expect(await page.content()).not.toContain('Spring concert');
    await world.restart();
    await visitor.close();
  });
});
