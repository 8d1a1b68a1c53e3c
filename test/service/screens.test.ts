import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents, StaffScreen } from './browser.ts';
import { openTerminal, staffPin, standing, supervisorPin, type Terminal } from './terminal.ts';
import { isReady } from '../../gate/service/standing.ts';

// A running terminal on SoftHSM and pcscd, as its screens see it.

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal({ crowd: 8 });
  await standing(terminal.service, isReady);
});
afterAll(async () => {
  await terminal.close();
});

async function signedIn(role: 'staff' | 'supervisor'): Promise<StaffScreen> {
  const screen = new StaffScreen(terminal.url);
  await screen.signIn(role, role === 'staff' ? staffPin : supervisorPin);
  return screen;
}

const newest = () => terminal.service.gate?.journal.newest(1)[0]?.entry;

describe('the visitor’s screen', () => {
  it('is told ready, holding, the verdict with the own seat, and ready again', async () => {
    const events = await readEvents(`${terminal.url}/api/visitor/events`);
    const visitor = terminal.visitor('visitor 1');
    const held = terminal.hold(visitor.card);
    const told = [await events.next(), await events.next(), await events.next(), await events.next()];
    expect(await held).toBe('admitted');
    expect(told.map(({ event }) => event)).toEqual(['ready', 'holding', 'verdict', 'ready']);
    expect(told[2]?.data).toMatchObject({
      light: 'green',
      icon: 'check',
      sound: 'welcome',
      pattern: 'steady',
    });
    expect(told[2]?.text).toContain(visitor.record?.seat);
    await events.close();
  });

  it('is never told a ticket number, nor a reason', async () => {
    const events = await readEvents(`${terminal.url}/api/visitor/events`);
    const said: string[] = [];
    for (const label of ['visitor 2', 'visitor 2', 'cloned card']) {
      await terminal.hold(terminal.visitor(label).card);
    }
    for (let count = 0; count < 10; count += 1) said.push((await events.next()).text);
    expect(said.join('\n')).toContain('"red"');
    expect(said.join('\n')).not.toMatch(/K-\d{4}|reason|code|staff":/);
    await events.close();
  });
});

describe('who may see and do what', () => {
  it.each([
    ['GET', '/state'],
    ['GET', '/taps'],
    ['GET', '/journal'],
    ['GET', '/events'],
    ['GET', '/session'],
    ['POST', '/tickets/look-up'],
    ['POST', '/admissions'],
    ['POST', '/undo'],
    ['POST', '/lane'],
    ['POST', '/packs'],
    ['POST', '/ready-check'],
    ['POST', '/ready-check/print'],
    ['POST', '/closing-slip'],
    ['GET', '/receipts'],
    ['POST', '/receipts/reprint'],
    ['POST', '/receipts/dismiss'],
    ['DELETE', '/session'],
  ])('%s %s wants a PIN first', async (method, path) => {
    const type = path === '/packs' ? 'application/octet-stream' : 'application/json';
    const response = await fetch(`${terminal.url}/api/staff${path}`, {
      method,
      ...(method === 'POST'
        ? { headers: { 'content-type': type }, body: JSON.stringify({ open: false }) }
        : {}),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'not-signed-in', status: 401 });
  });

  it('signs a page in by a cookie that scripts do not see and other sites do not send', async () => {
    const screen = new StaffScreen(terminal.url);
    const { headers } = await screen.signIn('staff', staffPin);
    expect(headers.get('set-cookie')).toMatch(/^kazasu-staff=[\w-]{43};.*HttpOnly; SameSite=Strict$/);
  });

  it('leaves packs and the opening of the lane to supervisors', async () => {
    const staff = await signedIn('staff');
    expect(await staff.upload('/packs', new Uint8Array(8))).toMatchObject({ status: 403 });
    expect(await staff.post('/lane', { open: true })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });
  });

  it('listens on the machine itself alone', () => {
    const own = listeningAddresses();
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((address) => address === '127.0.0.1')).toBe(true);
  });

  it('answers no page that calls the machine by a name of its own (DNS rebinding)', async () => {
    expect(await statusOf({ host: 'tickets.example' })).toBe(403);
    expect(await statusOf({ host: 'localhost' })).toBe(200);
  });

  it('answers no page of another origin', async () => {
    expect(await statusOf({ origin: 'http://tickets.example' })).toBe(403);
    expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('lets nothing be kept, framed or loaded from elsewhere', async () => {
    const { headers } = await fetch(`${terminal.url}/healthz`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['a field too many', { ticket: 'K-0001', x: 1 }],
    ['a ticket of no length', { ticket: '' }],
    ['a ticket that is too long', { ticket: 'K'.repeat(201) }],
  ])('refuses a body with %s', async (_, body) => {
    const staff = await signedIn('staff');
    expect(await staff.post('/tickets/look-up', body)).toMatchObject({
      status: 400,
      body: { code: 'bad-request' },
    });
  });

  it('refuses a body that is too large', async () => {
    const staff = await signedIn('staff');
    expect(await staff.post('/undo', { reason: 'x'.repeat(20_000) })).toMatchObject({ status: 413 });
  });
});

describe('the desk', () => {
  it('lets a ticket in by hand once, says why not twice, and goes against the rules only when told to', async () => {
    const staff = await signedIn('staff');
    const { ticket } = terminal.visitor('visitor 3').record ?? { ticket: '' };
    const reason = 'card left at home';
    expect(await staff.post('/admissions', { ticket, reason })).toMatchObject({ status: 201 });
    expect(newest()).toMatchObject({ kind: 'hand', ticket, reason, by: 'staff', direction: 'in' });
    expect(await staff.post('/admissions', { ticket, reason })).toMatchObject({
      status: 409,
      body: { code: 'against-rules' },
    });
    expect(await staff.post('/admissions', { ticket, reason, force: true })).toMatchObject({ status: 201 });
    expect(await terminal.hold(terminal.visitor('visitor 3').card)).toBe('already-entered');
  });

  it('counts who is let in by hand, and counts back who is turned round', async () => {
    const staff = await signedIn('staff');
    const { ticket } = terminal.visitor('visitor 4').record ?? { ticket: '' };
    const inside = () => terminal.service.gate?.journal.counts('sandbox/opening-night').inside ?? 0;
    const before = inside();
    const { body } = await staff.post('/admissions', { ticket, reason: 'card does not read' });
    const place = body as { epoch: number; number: number };
    expect(inside()).toBe(before + 1);
    expect(await staff.post('/undo', { ...place, reason: 'turned round' })).toMatchObject({
      status: 201,
    });
    expect(newest()).toMatchObject({ kind: 'undo', reason: 'turned round', by: 'staff' });
    expect(inside()).toBe(before);
    expect(await staff.post('/undo', { ...place, reason: 'again' })).toMatchObject({
      status: 409,
      body: { code: 'nothing-to-undo' },
    });
    expect(await terminal.hold(terminal.visitor('visitor 4').card)).toBe('admitted');
  });

  it('looks a ticket up: its seat, what it came to, what a tap would come to', async () => {
    const staff = await signedIn('staff');
    const visitor = terminal.visitor('visitor 5');
    const ticket = visitor.record?.ticket;
    await terminal.hold(visitor.card);
    expect(await staff.post('/tickets/look-up', { ticket })).toMatchObject({
      status: 200,
      body: {
        ticket: { number: ticket, seat: visitor.record?.seat },
        movements: [{ direction: 'in' }],
        verdict: { light: expect.stringMatching(/green|amber/) as string },
      },
    });
    expect(await staff.post('/tickets/look-up', { ticket: 'K-9999' })).toMatchObject({
      status: 404,
      body: { code: 'no-such-ticket' },
    });
  });

  it('shows the last taps with their reasons', async () => {
    const staff = await signedIn('staff');
    await terminal.hold(terminal.visitor('expired card').card);
    const { taps } = (await staff.get('/taps')).body as { taps: object[] };
    expect(taps[0]).toMatchObject({ verdict: 'expired', light: 'red', code: 'expired' });
  });

  it('sends the state, then each tap', async () => {
    const staff = await signedIn('staff');
    const events = await staff.events();
    expect(await events.next()).toMatchObject({
      event: 'state',
      data: {
        gate: 'sandbox-1',
        direction: 'in',
        session: { event: 'sandbox' },
        names: { session: { en: 'Opening night' } },
        expected: 20,
        list: { version: 1 },
        counts: {
          in: expect.any(Number) as number,
          out: expect.any(Number) as number,
          inside: expect.any(Number) as number,
          categories: expect.arrayContaining([
            { category: 'S', in: expect.any(Number) as number, out: 0, inside: expect.any(Number) as number },
          ]) as object[],
          minutes: expect.arrayContaining([
            { minute: expect.any(Number) as number, in: expect.any(Number) as number, out: 0 },
          ]) as object[],
        },
      },
    });
    await terminal.hold(terminal.visitor('no ticket').card);
    expect(await events.next()).toMatchObject({ event: 'tap', data: { verdict: 'not-on-list' } });
    await events.close();
  });

  it('closes the lane to cards, and opens it by a supervisor', async () => {
    const staff = await signedIn('staff');
    const supervisor = await signedIn('supervisor');
    const events = await readEvents(`${terminal.url}/api/visitor/events`);
    await events.next();
    expect(await staff.post('/lane', { open: false })).toMatchObject({ status: 200 });
    expect(newest()).toMatchObject({ kind: 'lane', open: false, by: 'staff' });
    expect(await events.next()).toMatchObject({ event: 'out-of-order', data: { light: 'grey' } });
    expect(await terminal.hold(terminal.visitor('visitor 6').card)).toBe('out-of-order');
    expect(newest()).toMatchObject({ kind: 'tap', verdict: 'out-of-order', code: 'lane-closed' });
    expect(await supervisor.post('/lane', { open: true })).toMatchObject({ status: 200 });
    expect(await terminal.hold(terminal.visitor('visitor 6').card)).toBe('admitted');
    await events.close();
  });
});

describe('for whoever looks after the machine', () => {
  it('tells that it is ready, and the numbers of the day without anything personal', async () => {
    expect((await fetch(`${terminal.url}/readyz`)).status).toBe(200);
    const text = await (await fetch(`${terminal.url}/metrics`)).text();
    expect(text).toMatch(/^kazasu_taps_total\{verdict="admitted"\} [1-9]/m);
    expect(text).toMatch(/^kazasu_tap_seconds_count [1-9]/m);
    expect(text).toMatch(/^kazasu_missing\{part="hsm"\} 0$/m);
    expect(text).not.toMatch(/K-\d{4}|階/);
  });

  it('logs no ticket, seat or PIN', () => {
    const said = terminal.log.map(({ text }) => text).join('\n');
    expect(said).toContain('staff-act');
    expect(said).not.toMatch(/K-\d{4}|階/);
    expect(said).not.toContain(staffPin);
  });
});

// Last: it leaves the roles locked.
describe('a PIN that is guessed at', () => {
  it('locks its role after five wrong ones, the right one included, and no other role', async () => {
    const screen = new StaffScreen(terminal.url);
    const codes = [];
    for (const pin of ['1', '2', '3', '4', '5', staffPin]) {
      codes.push((await screen.signIn('staff', pin)).body);
    }
    expect(codes.slice(0, 5)).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ code: 'wrong-pin' }) as object),
    );
    expect(codes[5]).toMatchObject({ code: 'locked', status: 429 });
    expect(await screen.signIn('supervisor', supervisorPin)).toMatchObject({ status: 200 });
  });
});

function statusOf(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(`${terminal.url}/healthz`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end();
  });
}

/** The addresses that this process listens at, as the kernel has them. */
function listeningAddresses(): string[] {
  const own = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['/proc/self/net/tcp', '/proc/self/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(inode ?? ''))
      .map(([, local = '']) => {
        const bytes = Buffer.from(local.split(':')[0] ?? '', 'hex');
        return bytes.length === 4 ? [...bytes].reverse().join('.') : 'IPv6';
      }),
  );
}
