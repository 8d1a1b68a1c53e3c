import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '../../gate/decide/presentation.ts';
import { isReady } from '../../gate/service/standing.ts';
import { openTerminal, standing, type Terminal } from '../service/terminal.ts';
import { launchChromium } from './chromium.ts';
import { visitorSizes } from './picture-visitor.ts';
import { sampleVerdicts } from './sample-verdicts.ts';
import { openStage, type Stage } from './stage.ts';
import { ask, axeFindings, openPage, type WatchedPage } from './watched-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('the visitor’s screen at a real gate', () => {
  let terminal: Terminal;
  let screen: WatchedPage;
  beforeAll(async () => {
    terminal = await openTerminal({ crowd: 4 });
    await standing(terminal.service, isReady);
    screen = await openPage(browser, terminal.url);
  });
  afterAll(async () => {
    await screen.close();
    await terminal.close();
  });
  const shows = (message: string) => screen.page.locator(`[data-message=${message}]`).waitFor();

  it('says where to hold the card, welcomes to the own seat, and is ready again by itself', async () => {
    await shows('ready');
    const visitor = terminal.visitor('visitor 1');
    await terminal.hold(visitor.card);
    await shows('verdict');
    await expectText(screen.page, ['どうぞ', 'Welcome', visitor.record?.seat ?? '']);
    await shows('ready');
  });

  it('says to whoever has no ticket what to do, in two languages', async () => {
    await terminal.hold(terminal.visitor('no ticket').card);
    await shows('verdict');
    await expectText(screen.page, ['登録されていません', 'not registered', '係員へ', 'member of staff']);
  });

  it('is out of order while staff have the lane closed', async () => {
    terminal.service.setLane(false);
    await shows('out-of-order');
    terminal.service.setLane(true);
    await shows('ready');
  });

  it('loads in less than 150 kB, breaks no policy, and asks nothing of another machine', async () => {
    expect(await screen.loaded()).toBeLessThan(150_000);
    expect(screen.complaints).toEqual([]);
  });

  it('lets a browser keep what never changes, and ask for what may', async () => {
    const page = await fetch(terminal.url);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const script = /src="(\/assets\/[^"]+)"/.exec(await page.text())?.[1] ?? '';
    const asset = await fetch(`${terminal.url}${script}`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('gives out no file but its own', async () => {
    for (const path of ['/assets/..%2f..%2fpackage.json', '/assets/none.js', '/organiser.html']) {
      expect((await fetch(`${terminal.url}${path}`)).status).toBe(404);
    }
  });
});

describe('the visitor’s screen, whatever it is told', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it.each(Object.entries(visitorSizes))('fits each verdict into a %s screen', async (_, viewport) => {
    const { page, close } = await openPage(browser, stage.url, { viewport, reducedMotion: 'reduce' });
    for (const verdict of sampleVerdicts) {
      await say(page, verdict);
      expect(await ask<string[]>(page, 'cutOff()'), verdict.name).toEqual([]);
    }
    await close();
  });

  it('has nothing that axe finds at fault', async () => {
    const { page, close } = await openPage(browser, stage.url, { reducedMotion: 'reduce' });
    const found = new Set<string>();
    const oneOfEachLight = new Map(sampleVerdicts.map((verdict) => [present(verdict).light, verdict]));
    for (const verdict of oneOfEachLight.values()) {
      await say(page, verdict);
      for (const finding of await axeFindings(page)) found.add(finding);
    }
    stage.say('ready', {});
    for (const finding of await axeFindings(page)) found.add(finding);
    expect([...found]).toEqual([]);
    await close();
  });

  it('sounds each kind of verdict by its own number of tones', async () => {
    const { page, close } = await openPage(browser, stage.url);
    const tones = () => ask<number>(page, 'tones()');
    const heard: Record<string, number> = {};
    for (const verdict of sampleVerdicts) {
      const before = await tones();
      await say(page, verdict);
      heard[present(verdict).sound] = (await tones()) - before;
    }
    expect(heard).toEqual({ welcome: 2, ask: 2, stop: 2, again: 3, none: 0 });
    await close();
  });

  it('moves nothing for those who want no motion, and still draws each pattern differently', async () => {
    const { page, close } = await openPage(browser, stage.url, { reducedMotion: 'reduce' });
    const drawn = new Map<string, string>();
    for (const verdict of sampleVerdicts) {
      await say(page, verdict);
      const style = await ask<{ animationName: string; look: string }>(page, 'drawn("[data-pattern]")');
      expect(style.animationName).toBe('none');
      drawn.set(present(verdict).pattern, style.look);
    }
    expect(new Set(drawn.values()).size).toBe(5);
    await close();
  });

  it('holds on to nothing of the verdicts that it has shown', async () => {
    const { page, close } = await openPage(browser, stage.url);
    const inspector = await page.context().newCDPSession(page);
    await inspector.send('Performance.enable');
    const held = async (): Promise<number> => {
      await inspector.send('HeapProfiler.collectGarbage');
      const { metrics } = await inspector.send('Performance.getMetrics');
      const kept = metrics.filter(({ name }) => name === 'Nodes' || name === 'JSEventListeners');
      return kept.reduce((sum, { value }) => sum + value, 0);
    };
    const showAll = async (): Promise<void> => {
      for (const verdict of sampleVerdicts) await say(page, verdict);
      stage.say('holding', {});
      await page.locator('[data-message=holding]').waitFor();
    };
    await showAll();
    const before = await held();
    for (let round = 0; round < 10; round += 1) await showAll();
    // A tone that still sounds has listeners for its end.
    await expect.poll(held, { timeout: 15_000 }).toBeLessThanOrEqual(before);
    await close();
  });

  it('says that it cannot hear the gate, and comes back by itself when it can', async () => {
    const own = await openStage();
    const { page, close } = await openPage(browser, own.url);
    await page.locator('[data-message=ready]').waitFor();
    own.cut();
    await page.locator('[data-message=lost]').waitFor();
    own.mend();
    await page.locator('[data-message=ready]').waitFor();
    await close();
    await own.close();
  });

  /** Says a verdict after a card was held, and waits until it is there. */
  async function say(page: Page, verdict: (typeof sampleVerdicts)[number]): Promise<void> {
    const { light, icon, sound, pattern, visitor } = present(verdict);
    stage.say('holding', {});
    await page.locator('[data-message=holding]').waitFor();
    stage.say('verdict', { light, icon, sound, pattern, ...visitor });
    await page.locator('[data-message=verdict]').waitFor();
  }
});

async function expectText(page: Page, words: readonly string[]): Promise<void> {
  const text = await page.locator('main').innerText();
  for (const word of words) expect(text).toContain(word);
}
