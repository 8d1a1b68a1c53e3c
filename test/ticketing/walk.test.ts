// From ① to ⑬ on real parts: an application at the kiosk, its slip and payment, companions, packs over HTTP
// and by file, taps at two gates that know nothing of each other, journals, reconciliation, figures.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chaseClaims } from '../../ticketing/claims/unclaimed.ts';
import { JobRunner } from '../../ticketing/jobs/job-runner.ts';
import type { View } from '../../gate/kiosk/visit/view.ts';
import type { Person } from '../authority/person.ts';
import { sandboxPins } from '../card/card-contents.ts';
import type { KioskScreen } from '../kiosk/kiosk-screen.ts';
import { textOf } from '../printer/paper.ts';
import { WalkWorld } from './walk-world.ts';

const minute = 60_000;
const iso = (after: number): string => new Date(Date.now() + after).toISOString();
const text = { ja: '春の音楽会', en: 'Spring concert' };
let world: WalkWorld;
beforeAll(async () => {
  world = await WalkWorld.open();
});
afterAll(async () => {
  await world.close();
});

/** What the kiosk's screen shows of what was reserved. */
interface Reserved {
  readonly application: string;
  readonly seats: readonly string[];
  readonly slip: { readonly number: string; readonly url: string };
}

/** An event of ten seats in front of its doors, on sale; one person may hold four tickets. */
async function putOnSale(): Promise<{ session: string; category: string }> {
  const event = await world.ask<{ sessions: { id: string }[] }>('POST /api/events', {
    name: 'spring',
    text,
    quota: 4,
    sessions: [
      {
        name: 'first-night',
        title: { ja: '初日', en: 'First night' },
        startsAt: iso(60 * minute),
        saleFrom: iso(-minute),
        saleUntil: iso(50 * minute),
        claimUntil: iso(40 * minute),
        categories: [{ name: 'S', text: { ja: 'S席', en: 'S seat' }, price: 8000 }],
        seats: Array.from({ length: 10 }, (_, seat) => ({ label: `1階 A列 ${seat + 1}番`, category: 'S' })),
      },
    ],
  });
  const session = event.sessions[0]?.id ?? '';
  const path = `/api/sessions/${session}`;
  await world.ask(`PUT ${path}/state`, { state: 'on-sale' }, { 'if-match': '"1"' });
  const { categories } = await world.ask<{ categories: { id: string }[] }>(`GET ${path}`);
  return { session, category: categories[0]?.id ?? '' };
}

/** A visitor's whole visit to the kiosk: choose, read, lay the card, type the PIN. */
async function visit(
  screen: KioskScreen,
  person: Person,
  what: { path: string; body: object; pin: string },
): Promise<View> {
  expect(await screen.post(what.path, what.body)).toMatchObject({ status: 201 });
  await screen.phase('review');
  await screen.press('confirm');
  const done = await world.lay(person, 'kiosk', async () => {
    await screen.phase('enter-pin');
    await screen.pin(what.pin);
    return screen.phase('done');
  });
  await screen.until(({ card }) => !card);
  await screen.press('leave');
  await screen.phase('idle');
  return done;
}

async function apply(screen: KioskScreen, person: Person, choice: object): Promise<Reserved> {
  const body = { ...choice, tickets: 4, companions: 'own-cards' };
  const { outcome } = await visit(screen, person, {
    path: '/applications',
    body,
    pin: sandboxPins.signature,
  });
  expect(outcome?.kind).toBe('reserved');
  return outcome?.reserved as unknown as Reserved;
}

const claim = (screen: KioskScreen, person: Person, code: string): Promise<View> =>
  visit(screen, person, { path: '/bindings', body: { code }, pin: sandboxPins.authentication });

/** The slip as it was printed, and the company's notice that it was paid, which comes three times. */
async function pay({ slip, seats }: Reserved): Promise<void> {
  const page = await (await fetch(slip.url)).text();
  expect(page).toContain('32,000');
  expect(seats).toHaveLength(4);
  const notice = {
    id: `paid-${slip.number.replaceAll(/\D/g, '')}`,
    slip: slip.number.replaceAll(/\D/g, ''),
    amount: 32_000,
    paidAt: iso(-1000),
  };
  for (let time = 0; time < 3; time += 1) {
    expect(await world.notify(notice)).toMatchObject({ status: 200, body: { outcome: 'applied' } });
  }
  const { db } = world.running.service.store;
  expect(await db.selectFrom('payments').select('outcome').execute()).toEqual([{ outcome: 'applied' }]);
}

/** The codes for the companions, as the representative hands them on. */
async function claimsOf(session: string, application: string): Promise<string[]> {
  const query = `session=${session}&application=${encodeURIComponent(application)}`;
  const { items } = await world.ask<{ items: { application: string }[] }>(`GET /api/tickets?${query}`);
  const id = items[0]?.application ?? '';
  const { code } = await world.ask<{ code: string }>(`POST /api/applications/${id}/party-codes`);
  const party = await world.ask<{ tickets: { ticket: string; state: string }[] }>(
    'POST /api/parties/look-up',
    { code },
  );
  expect(party.tickets.map(({ state }) => state)).toEqual(['bound', 'unclaimed', 'unclaimed', 'unclaimed']);
  const codes = [];
  for (const { ticket } of party.tickets.slice(1)) {
    const issued = await world.ask<{ code: string }>('POST /api/parties/claims', { code, ticket });
    codes.push(issued.code);
  }
  return codes;
}

/** The time for claims is over: who is late is chased. */
async function claimsEnd(): Promise<void> {
  const { store } = world.running.service;
  const now = (): number => Date.now() + 45 * minute;
  await new JobRunner({ store, kinds: [chaseClaims({ store, now })], now }).runDue();
}

const placing = (door: string) => ({ gateGroup: 'main', door, direction: 'in' });

/** The north gate has a network: it enrols by a code, and fetches its packs. */
async function enrolOverHttp(): Promise<void> {
  await world.setUpGate('north', { ticketing: world.url, printer: world.printer.address });
  const { code } = await world.ask<{ code: string }>('POST /api/gate-codes', {
    gate: 'north',
    ...placing('north'),
  });
  const enrolled = await world.command('north', 'enrol', '--code', code);
  expect(enrolled, enrolled.err).toMatchObject({ status: 0 });
}

/** The south gate has none: its request is brought as a file, and so is all that comes back. */
async function enrolByFile(): Promise<void> {
  await world.setUpGate('south', {});
  const out = world.path('south', 'request.json');
  const written = await world.command('south', 'enrol', '--out', out);
  expect(written, written.err).toMatchObject({ status: 0 });
  const { fingerprint } = JSON.parse(written.out) as { fingerprint: string };
  const answer = await world.ask<{ listKeys: string[] }>('POST /api/gates', {
    request: readFileSync(out, 'utf8'),
    fingerprint,
    ...placing('south'),
  });
  writeFileSync(world.path('south', 'list-signing.pem'), answer.listKeys[0] ?? '');
}

/** Exports the list for both gates; the south one is brought its pack on a stick. */
async function exportList(session: string): Promise<void> {
  const asked = await world.ask<{ id: string }>(`POST /api/sessions/${session}/list-exports`, {
    gateGroup: 'main',
  });
  const done = await world.until<{ state: string; list: string }>(
    `GET /api/list-exports/${asked.id}`,
    ({ state }) => state === 'done' || state === 'failed',
  );
  expect(done).toMatchObject({ state: 'done', total: 4 });
  const pack = world.path('south', 'session.pack');
  writeFileSync(pack, await world.file(`GET /api/entry-lists/${done.list}/file`));
  const taken = await world.command('south', 'pack', 'take', pack);
  expect(taken, taken.err).toMatchObject({ status: 0 });
}

it('is walked from the application to the figures, over HTTP and by file', async () => {
  const { session, category } = await putOnSale();
  const screen = await world.startKiosk();
  const [representative, companion, late, greedy] = Array.from({ length: 4 }, () => world.newPerson());
  if (!representative || !companion || !late || !greedy) throw new Error('unreachable');

  // ①–⑦
  const reserved = await apply(screen, representative, { session, category });
  await pay(reserved);
  await apply(screen, greedy, { session, category });
  const [first = '', second = ''] = await claimsOf(session, reserved.application);
  expect((await claim(screen, companion, first)).outcome?.kind).toBe('bound');
  expect((await claim(screen, greedy, second)).outcome).toMatchObject({
    kind: 'refused',
    refusal: { code: 'quota-reached' },
  });
  await claimsEnd();
  const chased = await world.ask<{ items: { kind: string }[] }>('GET /api/cases');
  expect(chased.items.map(({ kind }) => kind)).toContain('tickets-unclaimed');

  // ⑧–⑨
  await enrolOverHttp();
  await enrolByFile();
  await exportList(session);

  // ⑩–⑫
  const [north, south] = [await world.startGate('north'), await world.startGate('south')];
  expect(await world.tap(representative, 'north', north)).toMatchObject({ verdict: 'admitted' });
  expect(await world.tap(late, 'north', north)).toMatchObject({ verdict: 'not-on-list' });
  expect(await world.tap(companion, 'south', south)).toMatchObject({ verdict: 'admitted' });
  // The gates are apart: only their journals together will tell.
  expect(await world.tap(representative, 'south', south)).toMatchObject({ verdict: 'admitted' });
  expect(await north.stop()).toBe(0);
  expect(await south.stop()).toBe(0);
  const slips = world.printer.printer.slips.flatMap(textOf).join('\n');
  expect(slips).toContain(reserved.seats[0]);

  // ⑬
  const out = world.path('south', 'journal.kazasu');
  const exported = await world.command('south', 'journal', 'export', '--out', out);
  expect(exported, exported.err).toMatchObject({ status: 0 });
  const bring = async (): Promise<{ entries: number }> => {
    const answer = await world.file('POST /api/journals', Uint8Array.from(readFileSync(out)));
    return JSON.parse(answer.toString()) as { entries: number };
  };
  expect((await bring()).entries).toBeGreaterThan(3);
  expect((await bring()).entries).toBe(0);
  const journals = await world.ask<{ items: { gate: string }[] }>('GET /api/journals');
  expect(journals.items.map(({ gate }) => gate).sort()).toEqual(['north', 'south']);

  for (const found of [1, 1]) {
    expect(await world.ask(`POST /api/sessions/${session}/reconcile`)).toMatchObject({ found });
  }
  const doubles = await world.ask<{ items: object[] }>('GET /api/cases?kind=double-entry');
  expect(doubles.items).toHaveLength(1);
  const figures = await world.ask<object>(`GET /api/sessions/${session}/figures`);
  expect(figures).toMatchObject({
    tickets: [{ category: 'S', tickets: 4, bound: 2, entered: 2 }],
    doors: [
      { door: 'north', entries: 1 },
      { door: 'south', entries: 2 },
    ],
    refused: [{ verdict: 'not-on-list', taps: 1 }],
  });
}, 300_000);
