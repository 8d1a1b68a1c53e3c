import { readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPackShelf } from '../../gate/pack/open-pack-shelf.ts';
import { isReady } from '../../gate/service/standing.ts';
import { P11 } from '../../hsm/token/cryptoki.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { readEvents, StaffScreen } from './browser.ts';
import { LateTickets } from './delta.ts';
import { openTerminal, standing, supervisorPin, until, type Terminal } from './terminal.ts';

// One terminal on SoftHSM and pcscd through a day of faults, from a gate without a pack to a clean stop.

let terminal: Terminal;
let paper: NetworkPrinter;
let tickets: LateTickets;
let clockIsBehind = 0;
beforeAll(async () => {
  paper = await startNetworkPrinter();
  await paper.switchOff();
  terminal = await openTerminal({
    crowd: 6,
    printer: paper.address,
    clock: (now) => now - clockIsBehind,
    before: (world, config) => {
      tickets = new LateTickets(world, config);
      rmSync(join(config.state, 'packs'), { recursive: true });
    },
  });
});
afterAll(async () => {
  await terminal.close();
  await paper.close();
});

const ready = () => standing(terminal.service, isReady);
const lacks = (part: string) =>
  standing(terminal.service, ({ missing }) => missing.some((each) => each === part));

async function supervisor(): Promise<StaffScreen> {
  const screen = new StaffScreen(terminal.url);
  await screen.signIn('supervisor', supervisorPin);
  return screen;
}

describe('a gate without a pack', () => {
  it('is out of order for want of a list, says so to visitors, and does not end', async () => {
    await lacks('list');
    const events = await readEvents(`${terminal.url}/api/visitor/events`);
    expect(await events.next()).toMatchObject({ event: 'out-of-order', data: { light: 'grey' } });
    expect(await terminal.hold(terminal.visitor('visitor 1').card)).toBe('out-of-order');
    expect((await fetch(`${terminal.url}/readyz`)).status).toBe(503);
    await events.close();
  });

  it('does nothing by hand, and says what it lacks', async () => {
    const screen = await supervisor();
    expect(await screen.post('/admissions', { reason: 'has no card' })).toMatchObject({
      status: 503,
      body: { code: 'out-of-order' },
    });
  });

  it('opens when it is handed one over the screen', async () => {
    const screen = await supervisor();
    const opened = ready();
    expect(await screen.upload('/packs', readFileSync(terminal.world.pack))).toMatchObject({
      status: 201,
      body: { kind: 'pack', version: 1 },
    });
    await opened;
    expect(await terminal.hold(terminal.visitor('visitor 1').card)).toBe('admitted');
  });
});

describe('changes to the list while the gate is open', () => {
  it('are taken over the screen', async () => {
    const late = terminal.visitor('no ticket');
    expect(await terminal.hold(late.card)).toBe('not-on-list');
    const screen = await supervisor();
    const delta = await tickets.delta(late, { ticket: 'K-7001', seat: '2階 C列 1番', category: 'A' });
    expect(await screen.upload('/packs', delta)).toMatchObject({
      status: 201,
      body: { kind: 'delta', version: 2 },
    });
    expect(await terminal.hold(late.card)).toBe('admitted');
    expect(terminal.service.gate?.journal.highestPack('sandbox', 'opening-night')).toBe(2);
  });

  it('are taken over from another program that took them', async () => {
    const changed = terminal.visitor('visitor 2');
    const delta = await tickets.delta(changed, { ticket: 'K-0002', category: 'S', doors: ['elsewhere'] });
    const { shelf, close } = openPackShelf(terminal.config);
    await shelf.take(delta, new Date());
    close();
    await expect.poll(() => terminal.service.gate?.list.version, { timeout: 10_000 }).toBe(3);
    expect(await terminal.hold(changed.card)).toBe('wrong-gate');
  });

  it('change nothing where they arrive damaged', async () => {
    const screen = await supervisor();
    const damaged = Uint8Array.from(readFileSync(terminal.world.pack));
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    expect(await screen.upload('/packs', damaged)).toMatchObject({ status: 422 });
    expect(await terminal.hold(terminal.visitor('visitor 3').card)).toBe('admitted');
  });
});

describe('a part that goes away and comes back', () => {
  it('HSM: cards are turned away with the reason, and admitted again by the same gate', async () => {
    const { module } = terminal.config.pkcs11;
    const tokens = join(dirname(terminal.world.config), 'softhsm', 'tokens');
    const epoch = terminal.service.gate?.journal.epoch;
    renameSync(tokens, `${tokens}.away`);
    const cryptoki = new P11.PKCS11(module);
    for (const slot of cryptoki.C_GetSlotList(true)) cryptoki.C_CloseAllSessions(slot);
    expect(await terminal.hold(terminal.visitor('visitor 4').card)).toBe('out-of-order');
    await lacks('hsm');
    expect(await (await fetch(`${terminal.url}/metrics`)).text()).toContain('kazasu_missing{part="hsm"} 1');
    const back = ready();
    renameSync(`${tokens}.away`, tokens);
    await back;
    expect(await terminal.hold(terminal.visitor('visitor 4').card)).toBe('admitted');
    expect(terminal.service.gate?.journal.epoch).toBe(epoch);
  });

  it('reader: the visitor’s screen says that the gate is out of order, until it is there again', async () => {
    const gone = lacks('reader');
    await terminal.pcscd.stop();
    await gone;
    const back = ready();
    await terminal.pcscd.start();
    await back;
    expect(await terminal.hold(terminal.visitor('visitor 5').card)).toBe('admitted');
  });

  it('clock: nobody is admitted by one that is behind the journal', async () => {
    const behind = lacks('clock');
    clockIsBehind = 3_600_000;
    await behind;
    expect(await terminal.hold(terminal.visitor('visitor 6').card)).toBe('out-of-order');
    const right = ready();
    clockIsBehind = 0;
    await right;
    expect(await terminal.hold(terminal.visitor('visitor 6').card)).toBe('admitted');
  });
});

/** How many of the slips on paper have these words. */
const printed = (words: string): number =>
  paper.printer.slips.filter(({ lines }) => lines.flat().some(({ text }) => text.includes(words))).length;

describe('receipts', () => {
  it('come out once the printer is there: one for each who was let in, at no tap’s cost', async () => {
    const screen = await supervisor();
    await screen.post('/admissions', { ticket: 'K-0003', reason: 'second bag', force: true });
    expect(await screen.get('/receipts')).toMatchObject({ status: 200, body: { inDoubt: [] } });
    await paper.switchOn();
    await expect.poll(() => printed('K-0003'), { timeout: 15_000 }).toBe(2);
    expect(printed('K-0001')).toBe(1);
    expect(printed('K-0002')).toBe(0);
  });

  it('are printed again by staff, by ticket number', async () => {
    const screen = await supervisor();
    expect(await screen.post('/receipts/reprint', { receipt: 'K-0001' })).toMatchObject({ status: 202 });
    await expect.poll(() => printed('K-0001'), { timeout: 15_000 }).toBe(2);
    expect(await screen.post('/receipts/reprint', { receipt: 'K-9999' })).toMatchObject({ status: 404 });
  });
});

describe('the ready check at the staff’s screen', () => {
  it('looks at everything beside the running gate, and disturbs it in nothing', async () => {
    const screen = await supervisor();
    const { status, body } = await screen.post('/ready-check', {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        { item: 'hsm', ready: true, text: expect.any(String) as string },
      ]) as object,
    });
    expect(await terminal.hold(terminal.visitor('child').card)).toBe('admitted');
  });

  it('comes out on paper on demand', async () => {
    const screen = await supervisor();
    const { status, body } = await screen.post('/ready-check/print', {});
    expect(status).toBe(202);
    expect(body).toMatchObject({ items: expect.any(Array) as object[] });
    await expect.poll(() => printed('Ready check'), { timeout: 15_000 }).toBe(1);
  });
});

describe('the closing slip', () => {
  it('has the short form of a checkpoint that covers what was recorded so far', async () => {
    const screen = await supervisor();
    const size = (terminal.service.gate?.journal.newest(1)[0]?.entry.number ?? 0) + 1;
    const { status, body } = await screen.post('/closing-slip', {});
    expect(status).toBe(201);
    const { shortForm } = body as { shortForm: string };
    expect(shortForm).toMatch(new RegExp(`^1-${size} ([0-9A-Z]{4}-?){4}$`));
    await expect.poll(() => printed('Closing slip'), { timeout: 15_000 }).toBe(1);
    expect(printed(shortForm.split(' ')[1] ?? '')).toBe(1);
  });
});

// Last: the terminal is at its end then.
describe('a stop', () => {
  it('turns nobody away silently, signs the journal, and lets it be opened again', async () => {
    const stopping = until(
      terminal.service,
      (news) => news.kind === 'standing' && news.standing.phase === 'stopping',
    );
    const closing = await terminal.service.stop();
    await stopping;
    expect(closing).toMatchObject({ gate: 'sandbox-1', counts: { inside: expect.any(Number) as number } });
    expect(closing?.checkpoint?.shortForm).toMatch(/^\d+-\d+ /);
    expect(terminal.log.map(({ event }) => event)).toContain('closed');
    expect(terminal.log.some(({ text }) => text.includes('its journal is signed'))).toBe(true);
    expect(terminal.service.gate).toBeUndefined();
  });
});
