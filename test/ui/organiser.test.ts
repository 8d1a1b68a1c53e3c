// The organiser's screen in a real browser, served by the ticketing service on SoftHSM.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { tabTo } from './keyboard.ts';
import { becomeOwner, OrganiserWorld, ownerName, ownerPassword, signIn } from './organiser-world.ts';
import { ask, axeFindings, type WatchedPage } from './watched-page.ts';

let browser: Browser;
let world: OrganiserWorld;
beforeAll(async () => {
  browser = await launchChromium();
  world = await OrganiserWorld.open();
  const { page, close } = await world.page(browser, {}, await world.ownerLink());
  await becomeOwner(page);
  await close();
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

async function signedIn(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await world.page(browser, options);
  await signIn(watched.page);
  await watched.page.locator('nav').waitFor();
  return watched;
}

describe('signing in to the organiser’s screen', () => {
  it('takes an invitation by its link, which leaves no secret in the address', async () => {
    const { page, complaints, close } = await world.page(browser, {}, await world.ownerLink('Club'));
    await page.getByText('You are invited to Club').waitFor();
    expect(page.url()).toBe(`${world.url}/`);
    await page.locator('input[autocomplete=name]').fill('Second Owner');
    await page.locator('input[autocomplete=username]').fill('second');
    await page.locator('input[type=password]').fill('too short');
    await page.keyboard.press('Enter');
    await page.getByText('[weak-password]').waitFor();
    await page.locator('input[type=password]').fill(ownerPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No events yet' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([
    ['ja-JP', 'イベント', 'サインアウト'],
    ['en-GB', 'Events', 'Sign out'],
  ])('signs in and out by keyboard alone, in %s', async (locale, title, out) => {
    const { page, complaints, close } = await world.page(browser, { locale });
    await tabTo(page, 'input[autocomplete=username]');
    await page.keyboard.type(ownerName);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ownerPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await tabTo(page, `button:text-is("${out}")`);
    await page.keyboard.press('Enter');
    await page.locator('input[type=password]').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('says in place that the password is wrong, and keeps none of it', async () => {
    const { page, close } = await world.page(browser, { locale: 'ja-JP' });
    await signIn(page, 'not this one at all');
    await page.getByText('サインイン名かパスワードが違います').waitFor();
    expect(await page.locator('input[type=password]').inputValue()).toBe('');
    await close();
  });

  it('makes a passkey, and signs in by it without a name', async () => {
    const { page, complaints, close } = await signedIn();
    await addAuthenticator(page);
    await page.getByRole('link', { name: 'Yourself' }).click();
    await page.getByLabel(/office PC/).fill('Box office');
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await page.getByText('Not used yet').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText(/^Last used/).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('setting up an event', () => {
  it('goes from an empty house to an open sale, as the empty pages say', async () => {
    const { page, complaints, close } = await signedIn();
    await page.getByRole('button', { name: 'New event' }).click();
    await page.getByLabel('Event name (Japanese)').fill('春の音楽祭');
    await page.getByLabel('Event name (English)').fill('Spring Festival');
    await page.getByLabel('Identifier').fill('spring');
    await page.getByRole('button', { name: 'Make it' }).click();

    await page.getByRole('heading', { name: 'Spring Festival' }).waitFor();
    await page.getByRole('button', { name: 'New session' }).click();
    await fillSession(page);
    await page.getByRole('button', { name: 'Add it' }).click();

    await page.getByRole('heading', { name: 'Opening night' }).waitFor();
    expect(await page.getByRole('button', { name: 'Open the sale' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Add a category' }).click();
    await page.getByLabel('Name that visitors see (Japanese)').fill('立見');
    await page.getByLabel('Name that visitors see (English)').fill('Standing');
    await page.getByLabel('Short name').fill('ST');
    await page.getByLabel('Price (yen)').fill('4000');
    await page.getByLabel('Seats without numbers').fill('120');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('¥4,000').waitFor();
    await page.getByRole('button', { name: 'Open the sale' }).click();
    await page.locator('[data-state=on-sale]').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('changes a session, and asks twice before it is cancelled for good', async () => {
    const { page, close } = await openSession('opening-changed');
    await page.getByRole('button', { name: 'Edit session' }).click();
    await page.getByLabel('Session name (English)').fill('First night');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'First night' }).waitFor();
    await page.getByRole('button', { name: 'Cancel the session' }).click();
    await page.getByText('This cannot be undone').waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.locator('[data-state=draft]').waitFor();
    await page.getByRole('button', { name: 'Cancel the session' }).click();
    await page.getByRole('button', { name: 'Cancel the session for good' }).click();
    await page.locator('[data-state=cancelled]').waitFor();
    await close();
  });

  it('says in place what does not fit together', async () => {
    const { page, close } = await openEvent('not-fitting');
    await page.getByRole('button', { name: 'New session' }).click();
    await fillSession(page);
    await page.getByLabel('Sale until').fill('2026-01-01T10:00');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('saleUntil: is not after saleFrom').waitFor();
    expect(await page.getByLabel('Identifier').inputValue()).toBe('opening');
    await close();
  });

  it('is done by keyboard alone', async () => {
    const { page, close } = await signedIn();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await tabTo(page, 'button:text-is("New event")');
    await page.keyboard.press('Enter');
    for (const typed of ['鍵盤', 'By keys', 'by-keys', '4']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(typed);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By keys' }).waitFor();
    await close();
  });
});

describe('what a session has', () => {
  it('takes its seats from a CSV, draws them, and names each line that is wrong', async () => {
    const { page, complaints, close } = await openSession('with-seats');
    await page.getByText('Add a category first.').waitFor();
    await page.getByRole('button', { name: 'Add a category' }).click();
    await page.getByLabel('Name that visitors see (Japanese)').fill('S席');
    await page.getByLabel('Name that visitors see (English)').fill('Reserved');
    await page.getByLabel('Short name').fill('S');
    await page.getByLabel('Price (yen)').fill('8000');
    await page.getByRole('button', { name: 'Add it' }).click();
    const put = async (csv: string): Promise<void> => {
      const file = { name: 'seats.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('button', { name: 'Put the seats in' }).click();
    };
    await put('label,category\nA-1,S\nA-1,S\n');
    await page.getByText('line 3: the label A-1 stands in line 2 already').waitFor();
    await put('label,category,x,y\nA-1,S,1,1\nA-2,S,2,1\n');
    await page.getByRole('img', { name: /Free 2/ }).waitFor();
    await page.getByText('There are no valid tickets yet').waitFor();
    await page.getByText('No gate could open a list yet').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('looking after the house', () => {
  it('invites someone, who comes in by the link that is shown once', async () => {
    const { page, close } = await signedIn();
    await page.getByRole('link', { name: 'People' }).click();
    await page.locator('form select').selectOption('desk');
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = (await page.locator('.secret').textContent()) ?? '';
    expect(await axeFindings(page)).toEqual([]);
    expect(await ask(page, 'smallTargets()')).toEqual([]);
    await close();
    const invited = await world.page(browser, {}, link);
    await invited.page.getByText('Role: Desk').waitFor();
    await becomeOwner(invited.page, 'desk@hall.example');
    await invited.page.getByRole('heading', { name: 'Events' }).waitFor();
    expect(await invited.page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await invited.close();
  });

  it('keeps its last owner, and says why', async () => {
    const { page, close } = await signedIn();
    await page.getByRole('link', { name: 'People' }).click();
    const role = page.getByLabel(/^Role of 花岡/).first();
    await role.selectOption('auditor');
    await page.getByText('[last-owner]').waitFor();
    await expect.poll(() => role.inputValue()).toBe('owner');
    await close();
  });

  it('shows in the audit log who did what', async () => {
    const { page, close } = await signedIn();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByText('Invited someone').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it('makes a gate’s code, and knows of no case and no such ticket', async () => {
    const { page, complaints, close } = await signedIn();
    await page.getByRole('link', { name: 'Gates' }).click();
    await page.getByRole('heading', { name: 'No gates yet' }).waitFor();
    await page.getByLabel('Gate name').fill('north-1');
    await page.getByLabel('Group').fill('north');
    await page.getByLabel('Door').fill('N1');
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.locator('.secret').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Cases' }).click();
    await page.getByRole('heading', { name: 'Nothing to look at' }).waitFor();
    await page.getByRole('link', { name: 'Tickets' }).click();
    await page.getByRole('textbox', { name: 'Application number' }).fill('A-0000');
    await page.keyboard.press('Enter');
    await page.getByText('There is no ticket of that number').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await ask(page, 'smallTargets()')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('the look of the organiser’s screen', () => {
  it.each(['light', 'dark'] as const)('has nothing that axe finds at fault, %s', async (colorScheme) => {
    const { page, close } = await world.page(browser, { colorScheme });
    expect(await axeFindings(page)).toEqual([]);
    await signIn(page);
    await page.locator('nav').waitFor();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Yourself' }).click();
    await page.getByLabel(/office PC/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await ask(page, 'smallTargets()')).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('has no fault in a session’s page and forms, %s', async (scheme) => {
    const { page, close } = await openSession(`faultless-${scheme}`, { colorScheme: scheme });
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add a category' }).click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Edit session' }).click();
    await page.getByLabel('Sale from').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await ask(page, 'smallTargets()')).toEqual([]);
    await close();
  });

  it('loses nothing at twice the size', async () => {
    const viewport = { width: 640, height: 400 };
    const { page, close } = await openSession('twice', { viewport });
    expect(await ask(page, 'sideways()')).toBe(0);
    await page.getByRole('button', { name: 'Edit session' }).click();
    expect(await ask(page, 'sideways()')).toBe(0);
    await close();
  });
});

/** A new event of its own, and its page open. */
async function openEvent(name: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await signedIn(options);
  const { page } = watched;
  await page.getByRole('button', { name: 'New event' }).click();
  await page.getByLabel('Event name (Japanese)').fill(name);
  await page.getByLabel('Event name (English)').fill(name);
  await page.getByLabel('Identifier').fill(name);
  await page.getByRole('button', { name: 'Make it' }).click();
  await page.getByRole('heading', { name }).waitFor();
  return watched;
}

/** A new event with one session, and the session's page open. */
async function openSession(event: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openEvent(event, options);
  await watched.page.getByRole('button', { name: 'New session' }).click();
  await fillSession(watched.page);
  await watched.page.getByRole('button', { name: 'Add it' }).click();
  await watched.page.getByRole('heading', { name: 'Opening night' }).waitFor();
  return watched;
}

async function fillSession(page: Page): Promise<void> {
  await page.getByLabel('Session name (Japanese)').fill('初日');
  await page.getByLabel('Session name (English)').fill('Opening night');
  await page.getByLabel('Identifier').fill('opening');
  await page.getByLabel('Starts (Japan time)').fill('2027-04-03T18:00');
  await page.getByLabel('Sale from').fill('2026-01-10T10:00');
  await page.getByLabel('Sale until').fill('2027-04-03T12:00');
}

/** An authenticator as a computer has it built in, in Chromium itself. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
}
