import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PinKeeper } from '../../gate/staff/pin-keeper.ts';
import { isReady } from '../../gate/service/standing.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { textOf } from '../printer/paper.ts';
import { openTerminal, staffPin, standing, type Terminal } from '../service/terminal.ts';
import { launchChromium } from './chromium.ts';
import { isFocused, tabTo } from './keyboard.ts';
import { signIn } from './staff-page.ts';
import { ask, axeFindings, openPage, type WatchedPage } from './watched-page.ts';

let browser: Browser;
let paper: NetworkPrinter;
let terminal: Terminal;
beforeAll(async () => {
  browser = await launchChromium();
  paper = await startNetworkPrinter();
  terminal = await openTerminal({ crowd: 10, printer: paper.address });
  await standing(terminal.service, isReady);
});
afterAll(async () => {
  await browser.close();
  await terminal.close();
  await paper.close();
});

const open = (locale = 'ja-JP', size = { width: 1280, height: 800 }): Promise<WatchedPage> =>
  openPage(browser, `${terminal.url}/staff`, { locale, viewport: size, reducedMotion: 'reduce' });
const ticketOf = (label: string): string => terminal.visitor(label).record?.ticket ?? '';
const slipsThatSay = (words: string): number =>
  paper.printer.slips.filter((slip) => textOf(slip).some((line) => line.includes(words))).length;
const inside = (): number => terminal.service.gate?.journal.counts('sandbox/opening-night').inside ?? -1;

describe('the staff’s screen', () => {
  it.each([
    [
      'ja-JP',
      'visitor 1',
      {
        person: 'スタッフ',
        signOut: 'サインアウト',
        letIn: '手動で入場',
        done: '記録しました',
        undo: '取り消す',
        undone: '取り消しました',
      },
    ],
    [
      'en-GB',
      'visitor 2',
      {
        person: 'Staff',
        signOut: 'Sign out',
        letIn: 'Let in by hand',
        done: 'Recorded',
        undo: 'Undo',
        undone: 'Undone',
      },
    ],
  ])('lets in and takes back by keyboard alone, in %s', async (locale, label, words) => {
    const { page, complaints, close } = await open(locale);
    const before = inside();
    await tabTo(page, 'input[type=password]');
    await page.keyboard.type(staffPin);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: words.signOut }).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type(ticketOf(label));
    await page.keyboard.press('Enter');
    await page.getByText(terminal.visitor(label).record?.seat ?? '').waitFor();
    await tabTo(page, `button:text-is("${words.letIn}")`);
    await page.keyboard.press('Enter');
    await page.keyboard.type('card left at home');
    await page.keyboard.press('Enter');
    await page.getByText(words.done).waitFor();
    expect(inside()).toBe(before + 1);

    await tabTo(page, `article button:has-text("${words.undo}")`);
    await page.keyboard.press('Enter');
    await page.keyboard.type('turned back');
    await page.keyboard.press('Enter');
    await page.getByText(words.undone).waitFor();
    expect(inside()).toBe(before);

    await tabTo(page, `button:text-is("${words.signOut}")`);
    await page.keyboard.press('Enter');
    await page.locator('input[type=password]').waitFor();
    expect(await page.locator('article').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows each tap with its reason, and one touch from it the next sensible act', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'staff');
    await terminal.hold(terminal.visitor('visitor 3').card);
    const newest = page.locator('ol li').first();
    await newest.getByText(ticketOf('visitor 3')).waitFor();
    const before = inside();
    await newest.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: 'Turned back' }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Undone.').waitFor();
    expect(inside()).toBe(before - 1);

    await terminal.hold(terminal.visitor('visitor 4').card);
    await terminal.hold(terminal.visitor('no ticket').card);
    await newest.getByText('not on the entry list').waitFor();
    await newest.getByRole('button', { name: /^By number/ }).click();
    expect(await page.locator('#ticket-number').evaluate(isFocused)).toBe(true);
    await close();
  });

  it('goes against the rules only with a warning and a reason', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'staff');
    await lookUp(page, ticketOf('visitor 4'));
    await page.getByRole('button', { name: 'Let in against the rules' }).click();
    await page.getByText('You answer for it').waitFor();
    const submit = page.locator('article form .primary');
    expect(await submit.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Carer' }).click();
    await submit.click();
    await page.getByText('Recorded.').waitFor();
    expect(terminal.service.gate?.journal.newest(1)[0]?.entry).toMatchObject({
      kind: 'hand',
      reason: 'Carer',
      ticket: ticketOf('visitor 4'),
    });
    await close();
  });

  it('says in place what is wrong, in the language that was chosen', async () => {
    const { page, close } = await open();
    await signIn(page, 'staff');
    await lookUp(page, 'K-9999');
    await page.getByText('この番号のチケットは入場者リストにありません').waitFor();
    await page.getByRole('combobox').selectOption('en');
    await page.getByText('The entry list has no ticket of this number').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await close();
  });

  it('closes the lane after a second thought; a supervisor alone opens it', async () => {
    const staff = await open('en-GB');
    await signIn(staff.page, 'staff');
    await staff.page.getByRole('button', { name: 'Close the lane' }).click();
    await staff.page.getByRole('button', { name: 'Close', exact: true }).click();
    await staff.page.locator('[data-look=closed]').waitFor();
    await staff.page.getByText('Only a supervisor can open it.').waitFor();
    const supervisor = await open('en-GB');
    await signIn(supervisor.page, 'supervisor');
    await supervisor.page.getByRole('button', { name: 'Open the lane' }).click();
    await staff.page.locator('[data-look=open]').waitFor();
    await staff.close();
    await supervisor.close();
  });

  it('keeps the receipts’ queue in sight, and prints one again', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'staff');
    await page.getByText('The printer is ready.').waitFor();
    await terminal.hold(terminal.visitor('visitor 5').card);
    await page.getByLabel('Receipt code or ticket number').fill(ticketOf('visitor 5'));
    await page.getByRole('button', { name: 'Reprint' }).click();
    await page.getByText('is printed again').waitFor();
    await close();
  });

  it('checks before doors what the gate needs, for a supervisor', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'supervisor');
    await page.getByRole('tab', { name: 'Ready check' }).click();
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.locator('#tool-panel li').first().waitFor();
    expect(await page.locator('#tool-panel li').count()).toBeGreaterThan(7);
    await close();
  });

  it('prints the ready check to hang up, for a supervisor', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'supervisor');
    await page.getByRole('tab', { name: 'Ready check' }).click();
    await page.getByRole('button', { name: 'Check and print' }).click();
    await page.getByText('It is being printed').waitFor();
    await expect.poll(() => slipsThatSay('Ready check'), { timeout: 15_000 }).toBe(1);
    await close();
  });

  it('shows and prints what a closed lane came to, for a supervisor', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'supervisor');
    terminal.service.setLane(false);
    await page.getByRole('button', { name: 'Closing slip' }).click();
    await page.getByText('The slip is being printed.').waitFor();
    const shortForm = (await page.locator('output').textContent()) ?? '';
    expect(shortForm).toMatch(/^\d+-\d+ ([0-9A-Z]{4}-?){4}$/);
    await expect.poll(() => slipsThatSay(shortForm.split(' ')[1] ?? ''), { timeout: 15_000 }).toBe(1);
    terminal.service.setLane(true);
    await close();
  });

  it('refuses a file that is no pack, with the reason', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'supervisor');
    await page.getByRole('tab', { name: 'Pack' }).click();
    const file = {
      name: 'session.pack',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('no pack'),
    };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Take it' }).click();
    await page.locator('#tool-panel [role=alert] p').waitFor();
    await close();
  });

  it('has nothing that axe finds at fault, by day and by night, and targets of 44 pixels', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await openPage(browser, `${terminal.url}/staff`, { colorScheme });
      expect(await axeFindings(page)).toEqual([]);
      await signIn(page, 'supervisor');
      await lookUp(page, ticketOf('visitor 5'));
      await page.locator('article button').first().click();
      expect(await axeFindings(page)).toEqual([]);
      expect(await ask(page, 'smallTargets()')).toEqual([]);
      for (const tool of ['ready', 'pack', 'journal']) {
        await page.locator(`#tool-${tool}`).click();
        expect(await axeFindings(page)).toEqual([]);
      }
      await close();
    }
  });

  it('loses nothing at twice the size', async () => {
    const { page, close } = await open('ja-JP', { width: 640, height: 400 });
    await signIn(page, 'supervisor');
    await lookUp(page, ticketOf('visitor 5'));
    await page.locator('article').waitFor();
    expect(await ask(page, 'sideways()')).toBe(0);
    await close();
  });

  it('loads in less than 150 kB', async () => {
    const { loaded, close } = await open();
    expect(await loaded()).toBeLessThan(150_000);
    await close();
  });

  // Last: it changes the PIN.
  it('is signed out, and says so, when the PIN that it was opened with is changed', async () => {
    const { page, close } = await open('en-GB');
    await signIn(page, 'staff');
    await new PinKeeper(terminal.config.state).set('staff', 'another-pin-4711');
    await page.getByText('Your time is over').waitFor();
    await close();
  });
});

async function lookUp(page: Page, ticket: string): Promise<void> {
  await page.locator('#ticket-number').fill(ticket);
  await page.locator('#ticket-number').press('Enter');
}
