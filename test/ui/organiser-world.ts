import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { invitationLink } from '../../ticketing/people/invitations.ts';
import { inviteOwner } from '../../ticketing/people/owner.ts';
import { serviceOnSofthsm, type ServiceOnSofthsm } from '../ticketing/service-on-softhsm.ts';
import { openPage, type WatchedPage } from './watched-page.ts';

export const ownerName = 'owner@hall.example';
export const ownerPassword = 'correct horse battery 42';

/** A ticketing service on SoftHSM that browsers know by its own address, so that passkeys work. */
export class OrganiserWorld {
  readonly running: ServiceOnSofthsm;
  readonly url: string;

  private constructor(running: ServiceOnSofthsm, url: string) {
    this.running = running;
    this.url = url;
  }

  static async open(): Promise<OrganiserWorld> {
    const port = await freePort();
    // By name: browsers make no passkey for a bare address.
    const url = `http://localhost:${port}`;
    return new OrganiserWorld(await serviceOnSofthsm({ port, publicUrl: new URL(url) }), url);
  }

  close(): Promise<void> {
    return this.running.close();
  }

  /** The link that `kazasu-ticketing owner invite` prints. */
  async ownerLink(organisation = 'Hall'): Promise<string> {
    const invitation = await inviteOwner(this.running.service.store, organisation, Date.now());
    return invitationLink(new URL(this.url), invitation);
  }

  /** Opens the screen in a browser of its own. */
  page(browser: Browser, options: BrowserContextOptions = {}, address = this.url): Promise<WatchedPage> {
    const viewport = { width: 1280, height: 900 };
    return openPage(browser, address, { viewport, locale: 'en-GB', reducedMotion: 'reduce', ...options });
  }
}

/** Takes an owner's link as the first owner does. */
export async function becomeOwner(page: Page, name = ownerName): Promise<void> {
  await page.locator('input[autocomplete=name]').fill('花岡 みどり');
  await page.locator('input[autocomplete=username]').fill(name);
  await page.locator('input[type=password]').fill(ownerPassword);
  await page.locator('form button.primary').click();
  await page.locator('nav').waitFor();
}

export async function signIn(page: Page, password = ownerPassword): Promise<void> {
  await page.locator('input[autocomplete=username]').fill(ownerName);
  await page.locator('input[type=password]').fill(password);
  await page.locator('form button.primary').click();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
