import type { Page } from 'playwright-core';
import { cardKinds, type CardKindName } from '../card/kinds.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { sampleClaimCode } from '../kiosk/sample-tasks.ts';
import type { KioskWorld } from '../kiosk/kiosk-world.ts';

/** Called at each state that the kiosk's screen comes to, by its name. */
export type Seen = (state: string) => Promise<unknown>;

/**
 * Takes a page through every state of the kiosk's screen, at a real kiosk: applications, bindings, cards and
 * PINs that are wrong, a service that is away, a reader that is unplugged. Says nothing in any language.
 */
export async function walkKiosk(page: Page, world: KioskWorld, seen: Seen): Promise<void> {
  const visitor = new KioskVisitor(page, world);
  await page.goto(world.kiosk.url);
  await visitor.at('idle', 'welcome');
  await seen('welcome');
  await applying(visitor, seen);
  await binding(visitor, seen);
  await withoutService(visitor, seen);
  await leaving(visitor, seen);
  await world.pcscd.stop();
  await page.locator('main.centred li').first().waitFor();
  await seen('out-of-order');
  await world.pcscd.start();
  await visitor.at('idle', 'welcome');
  await page.locator('.choice:enabled').first().waitFor();
}

/** Someone at the kiosk's screen, in whatever language. */
export class KioskVisitor {
  readonly page: Page;
  readonly world: KioskWorld;

  constructor(page: Page, world: KioskWorld) {
    this.page = page;
    this.world = world;
  }

  /** Resolves when the visit is there, and where the screen's own page matters, that too. */
  at(phase: string, name?: string): Promise<void> {
    const own = name === undefined ? '' : `[data-page=${name}]`;
    return this.page.locator(`[data-phase=${phase}]${own}`).waitFor();
  }

  async choose(task: 'apply' | 'bind' | 'result'): Promise<void> {
    await this.page.locator('.choice').nth(['apply', 'bind', 'result'].indexOf(task)).click();
  }

  next(): Promise<void> {
    return this.page.locator('.actions .primary').click();
  }

  back(): Promise<void> {
    return this.page.locator('.actions .button:not(.primary)').click();
  }

  card(kind: CardKindName): VirtualCard {
    return this.world.sandbox.card(cardKinds[kind]);
  }

  lay(kind: CardKindName): Promise<void> {
    return this.world.pcscd.insert(0, this.card(kind));
  }

  take(): Promise<void> {
    return this.world.pcscd.remove(0);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** From the beginning to what is to be signed. */
  async toReview(): Promise<void> {
    await this.choose('apply');
    await this.page.locator('.choice').first().click();
    await this.page.locator('label.choice').first().click();
    await this.next();
    await this.at('review');
  }

  /** From there to the question for the PIN. */
  async toPin(kind: CardKindName = 'ordinary'): Promise<void> {
    await this.next();
    await this.at('hold-card');
    await this.lay(kind);
    await this.at('enter-pin');
  }

  async finish(): Promise<void> {
    await this.next();
    await this.take();
    await this.at('idle', 'welcome');
  }
}

async function applying(visitor: KioskVisitor, seen: Seen): Promise<void> {
  const { page } = visitor;
  await visitor.choose('apply');
  await visitor.at('idle', 'sessions');
  await page.locator('.choice').first().waitFor();
  await seen('sessions');
  await page.locator('.choice').first().click();
  await page.locator('label.choice').first().click();
  await page.locator('.stepper button').last().click();
  await page.locator('label.choice').nth(2).waitFor();
  await seen('seats');
  await visitor.next();
  await visitor.at('review');
  await seen('review');
  await visitor.next();
  await visitor.at('hold-card');
  await seen('hold-card');
  await visitor.lay('child');
  await visitor.at('wrong-card');
  await seen('wrong-card');
  await visitor.take();
  await visitor.at('hold-card');
  await seen('hold-card-again');
  await visitor.lay('ordinary');
  await visitor.at('enter-pin');
  await page.keyboard.type('ABC');
  await seen('pin');
  for (const left of [4, 3, 2, 1]) {
    await visitor.type('WRONG1');
    await page.locator(left === 1 ? '.grave' : `.pips .left:nth-child(${left}):not(:has(+ .left))`).waitFor();
    if (left === 4) await seen('pin-wrong');
  }
  await seen('last-try');
  await page.locator('.grave').click();
  await page.locator('.keys').waitFor();
  await seen('pin-last-try');
  await visitor.type('ABC123');
  await page.locator('[data-printing]:not([data-printing=waiting])').waitFor();
  await seen('reserved');
  await visitor.next();
  await visitor.at('take-card');
  await seen('take-card');
  await visitor.take();
  await visitor.at('idle', 'welcome');
}

async function binding(visitor: KioskVisitor, seen: Seen): Promise<void> {
  const { page } = visitor;
  await visitor.choose('bind');
  await visitor.at('idle', 'claim');
  await page.keyboard.type('*');
  await page.keyboard.press('Enter');
  await page.locator('[role=alert] p').first().waitFor();
  await seen('claim-misshaped');
  await page.keyboard.press('Backspace');
  for (const key of 'NQ2M') await page.locator('.keys button').getByText(key, { exact: true }).click();
  await seen('claim');
  await visitor.next();
  await visitor.at('done');
  await seen('claim-refused');
  await visitor.finish();

  await visitor.choose('bind');
  await visitor.type(sampleClaimCode);
  await visitor.at('review');
  await seen('claim-review');
  await visitor.next();
  await visitor.at('hold-card');
  await visitor.lay('face');
  await visitor.at('wrong-card');
  await seen('pin-blocked');
  await visitor.take();
  await visitor.at('hold-card');
  await visitor.lay('ordinary');
  await visitor.at('enter-pin');
  await page.keyboard.type('12');
  await seen('pin-of-digits');
  await page.keyboard.type('34');
  await page.keyboard.press('Enter');
  await visitor.at('done');
  await seen('bound');
  await visitor.finish();
}

async function withoutService(visitor: KioskVisitor, seen: Seen): Promise<void> {
  const { page, world } = visitor;
  await world.service.goAway();
  await visitor.toReview();
  await visitor.toPin();
  await visitor.type('ABC123');
  await visitor.at('done');
  const number = (await page.locator('.number strong').textContent()) ?? '';
  await seen('queued');
  await visitor.finish();
  await page.locator('.away').waitFor();
  await seen('service-away');
  await world.service.comeBack();

  await visitor.choose('result');
  await visitor.type('00000-00000');
  await page.locator('[role=alert] p').first().waitFor();
  await seen('no-such-number');
  await page.locator('input').fill('');
  await visitor.type(number);
  await visitor.at('idle', 'result');
  await seen('result');
  await visitor.next();
  await visitor.at('idle', 'welcome');
  await page.locator('.choice:enabled').nth(2).waitFor();
}

async function leaving(visitor: KioskVisitor, seen: Seen): Promise<void> {
  const { page } = visitor;
  await visitor.toReview();
  await page.clock.setFixedTime(Date.now() + 170_000);
  await page.locator('[role=timer]').waitFor();
  await seen('still-there');
  await page.clock.setFixedTime(Date.now());
  await page.locator('[role=timer]').waitFor({ state: 'detached' });
  await page.locator('header .row + .button').click();
  await visitor.at('idle', 'welcome');
}
