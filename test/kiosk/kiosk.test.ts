// `kazasu-gate kiosk` on real pcscd, SoftHSM and HTTP, with virtual cards, as its screen sees it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { View } from '../../gate/kiosk/visit/view.ts';
import { cardKinds, type CardKindName } from '../card/kinds.ts';
import { tornCard } from '../card/faulty-card.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import type { Answer } from '../service/browser.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { textOf } from '../printer/paper.ts';
import { openKioskWorld, type KioskWorld } from './kiosk-world.ts';
import { sampleClaimCode } from './sample-tasks.ts';

let printer: NetworkPrinter;
let world: KioskWorld;

beforeAll(async () => {
  printer = await startNetworkPrinter();
  world = await openKioskWorld({ printer: printer.address });
});

afterAll(async () => {
  await world.close();
  await printer.close();
});

afterEach(async () => {
  // Whatever a test left behind, the next visitor finds nobody there.
  await world.pcscd.remove(0);
  await world.screen.now();
  const { phase } = await world.screen.until(({ card: there }) => !there);
  if (phase !== 'idle') await world.screen.press('leave');
  await world.screen.now();
  await world.screen.phase('idle');
});

const choice = { session: 'first-night', category: 'S', tickets: 2, companions: 'own-cards' };

function card(kind: CardKindName): VirtualCard {
  return world.sandbox.card(cardKinds[kind]);
}

async function begin(what: 'application' | 'binding' = 'application'): Promise<void> {
  const { screen } = world;
  if (what === 'application')
    expect(await screen.post('/applications', choice)).toMatchObject({ status: 201 });
  else expect(await screen.post('/bindings', { code: sampleClaimCode })).toMatchObject({ status: 201 });
  await screen.phase('review');
  await screen.press('confirm');
}

/** From the choice to the question for the PIN. */
async function toPin(held: VirtualCard, what?: 'application' | 'binding'): Promise<View> {
  await begin(what);
  await world.pcscd.insert(0, held);
  return world.screen.phase('enter-pin');
}

const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;

describe('an application', () => {
  it('is read in plain words, signed with the PIN, and taken by the service; a note is printed', async () => {
    const { screen, pcscd, service } = world;
    const { status, body } = await screen.post('/applications', choice);
    expect(status).toBe(201);
    const lines = (body as View).form?.lines.map(({ label, value }) => `${label.en}: ${value.en}`);
    expect(lines).toContain('Category: S seat');
    expect(lines).toContain('Total: ¥16,000');
    await screen.press('confirm');
    await screen.phase('hold-card');
    await pcscd.insert(0, card('ordinary'));
    const asked = await screen.phase('enter-pin');
    expect(asked.pin).toEqual({
      key: 'signature',
      shortest: 6,
      longest: 16,
      characters: 'upper-case-letters-and-digits',
      triesLeft: 5,
      askFirst: false,
    });
    expect((await screen.pin('ABC123')).status).toBe(202);
    const done = await screen.until(({ printing }) => printing !== undefined);
    expect(done).toMatchObject({
      phase: 'done',
      printing: 'printed',
      outcome: { kind: 'reserved', reserved: { application: '4711', total: { en: '¥16,000' } } },
    });
    expect(service.taken).toMatchObject([
      { session: 'first-night', category: 'S', tickets: 2, total: 16000 },
    ]);
    expect(printer.printer.slips.flatMap(textOf).join('\n')).toContain('4711');
    await screen.press('leave');
    expect((await screen.phase('take-card')).notice?.title.en).toBe('Please take your card');
    expect(codeOf(await screen.post('/applications', choice))).toBe('take-card');
  });

  it('is signed by a card that knows neither short ids nor hashes', async () => {
    await toPin(card('plain-forms'));
    await world.screen.pin('ABC123');
    expect((await world.screen.phase('done')).outcome?.kind).toBe('reserved');
  });

  it('that the service refuses says why in its words', async () => {
    const { service, screen } = world;
    service.refuseWith = { status: 409, code: 'sold-out', detail: 'No seats of this category are left.' };
    await toPin(card('ordinary'));
    await screen.pin('ABC123');
    const { outcome } = await screen.phase('done');
    service.refuseWith = undefined;
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { code: 'sold-out', sentence: 'No seats of this category are left.' },
    });
  });

  it.each([
    ['a session that there is not', { session: 'matinee' }, 'not-on-sale'],
    ['more tickets than there may be', { tickets: 5 }, 'not-on-sale'],
    ['a way in that the session does not have', { companions: 'representative-opens' }, 'not-on-sale'],
    ['a field too many', { extra: 1 }, 'bad-request'],
  ])('cannot be for %s', async (_, change, code) => {
    expect(codeOf(await world.screen.post('/applications', { ...choice, ...change }))).toBe(code);
  });
});

describe('cards', () => {
  it.each<[CardKindName, 'application' | 'binding', string]>([
    ['child', 'application', 'This card cannot sign an application'],
    ['face', 'application', 'This card cannot sign an application'],
    ['face', 'binding', 'The PIN is locked, or was never set'],
    ['old-resident-card', 'application', 'This card cannot be used'],
    ['foreign', 'application', 'This is not a My Number Card'],
    ['expired', 'application', 'The card’s certificate has expired'],
  ])('%s for an %s: %s', async (kind, what, title) => {
    await begin(what);
    await world.pcscd.insert(0, card(kind));
    expect((await world.screen.phase('wrong-card')).notice?.title.en).toBe(title);
    await world.pcscd.remove(0);
    expect((await world.screen.phase('hold-card')).notice?.title.en).toBe(title);
  });

  it('that leave are asked for again, at whatever command, and the application goes on', async () => {
    const { screen, pcscd } = world;
    await begin();
    for (const answered of [0, 3, 7]) {
      await pcscd.insert(0, tornCard(card('ordinary'), answered));
      await screen.until(({ phase, notice }) => phase === 'hold-card' && notice !== undefined);
      await pcscd.remove(0);
      await screen.until(({ card: there }) => !there);
    }
    await pcscd.insert(0, card('ordinary'));
    await screen.phase('enter-pin');
    await pcscd.remove(0);
    expect((await screen.phase('hold-card')).notice?.title.en).toBe('The card left the reader');
    expect(codeOf(await screen.pin('ABC123'))).toBe('not-now');
  });

  it('that leave while they sign are asked for again, and nothing is sent', async () => {
    const { screen, pcscd, service } = world;
    const before = service.taken.length;
    await toPin(tornCard(card('ordinary'), 24));
    await screen.pin('ABC123');
    await screen.phase('hold-card');
    expect(service.taken).toHaveLength(before);
    await pcscd.remove(0);
  });

  it('whose signature is wrong are sent nowhere', async () => {
    const { screen, service } = world;
    const before = service.taken.length;
    await toPin(card('wrong-signature'));
    await screen.pin('ABC123');
    expect((await screen.phase('wrong-card')).notice?.title.en).toBe('The card’s signature does not hold');
    expect(service.taken).toHaveLength(before);
  });
});

describe('PINs', () => {
  it('that are wrong cost a try, are said to, and the last needs a yes before it locks the card', async () => {
    const { screen } = world;
    const held = card('ordinary');
    await toPin(held, 'binding');
    await screen.pin('0000');
    expect((await screen.until(({ pin }) => pin?.triesLeft === 2)).notice?.title.en).toBe('The PIN is wrong');
    await screen.pin('0000');
    const last = await screen.until(({ pin }) => pin?.triesLeft === 1);
    expect(last).toMatchObject({ pin: { askFirst: true }, notice: { title: { en: 'One try is left' } } });
    expect(codeOf(await screen.pin('1234'))).toBe('last-try');
    await screen.press('agree-to-last-try');
    await screen.until(({ pin }) => pin?.askFirst === false);
    await screen.pin('0000');
    const blocked = await screen.phase('wrong-card');
    expect(blocked.notice?.text.en).toContain('municipal office');
  });

  it('after two wrong ones, by a yes and the right one, begin to count anew', async () => {
    const { screen } = world;
    const held = card('ordinary');
    await toPin(held, 'binding');
    for (const left of [2, 1]) {
      await screen.pin('0000');
      await screen.until(({ pin }) => pin?.triesLeft === left);
    }
    await screen.press('agree-to-last-try');
    await screen.pin('1234');
    expect((await screen.phase('done')).outcome?.kind).toBe('bound');
    expect(held.transmit(Uint8Array.of(0x00, 0x20, 0x00, 0x98))).toEqual(Uint8Array.of(0x63, 0xc3));
  });

  it.each(['ABC12', 'abc123', 'ABCDEFGH123456789', 'ABC 123', ''])(
    'that can be none are never sent to the card: “%s”',
    async (typed) => {
      await toPin(card('ordinary'));
      const refused = await world.screen.pin(typed);
      expect(codeOf(refused)).toBe('pin-shape');
      if (typed !== '') expect(JSON.stringify(refused.body)).not.toContain(typed);
      const { body } = await world.screen.get('/state');
      expect(body).toMatchObject({ view: { pin: { triesLeft: 5 } } });
    },
  );

  it('are taken by no other way, and for no other visit', async () => {
    const { screen, kiosk } = world;
    const { visit } = await toPin(card('ordinary'));
    const send = (query: string, type: string): Promise<Response> =>
      fetch(`${kiosk.url}/api/kiosk/pin${query}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'ABC123',
      });
    const pinType = 'application/vnd.kazasu.pin';
    expect((await send(`?visit=${visit}`, 'text/plain')).status).toBe(415);
    expect((await send('', pinType)).status).toBe(400);
    expect((await send(`?visit=${visit + 1}`, pinType)).status).toBe(409);
    expect((await screen.get('/state')).body).toMatchObject({ view: { phase: 'enter-pin' } });
  });
});

describe('a binding', () => {
  it('is signed with the authentication key over the service’s challenge', async () => {
    const { screen, service } = world;
    const asked = await toPin(card('child'), 'binding');
    expect(asked.pin).toMatchObject({ key: 'authentication', characters: 'digits', triesLeft: 3 });
    await screen.pin('1234');
    expect((await screen.phase('done')).outcome).toMatchObject({ kind: 'bound' });
    expect(service.bound).toContain('ticket-2');
  });

  it('takes the code as it was typed or scanned', async () => {
    const link = `https://tickets.example/claim#${sampleClaimCode}`;
    expect((await world.screen.post('/bindings', { code: link })).status).toBe(201);
    await world.screen.phase('review');
  });

  it('of a code that nobody knows says so, in the service’s words', async () => {
    await world.screen.post('/bindings', { code: 'NOBODY-1' });
    const { outcome } = await world.screen.phase('done');
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'no-such-claim' } });
  });

  it('cannot wait for a service that is away, and says so', async () => {
    const { screen, service } = world;
    await service.goAway();
    await screen.post('/bindings', { code: sampleClaimCode });
    const { outcome } = await screen.phase('done');
    await service.comeBack();
    expect(outcome).toMatchObject({
      kind: 'failed',
      title: { en: 'The ticketing service cannot be reached' },
    });
  });
});

describe('who is served', () => {
  it('is one visitor at a time', async () => {
    await begin();
    expect(codeOf(await world.screen.post('/applications', choice))).toBe('not-now');
    expect(codeOf(await world.screen.post('/bindings', { code: sampleClaimCode }))).toBe('not-now');
  });

  it('is no page from elsewhere', async () => {
    const response = await fetch(`${world.kiosk.url}/api/kiosk/state`, {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(response.status).toBe(403);
  });

  it('is whoever looks after it: ready, and numbers without people', async () => {
    const ready = await fetch(`${world.kiosk.url}/readyz`);
    expect(await ready.json()).toMatchObject({ ready: true, waiting: 0 });
    const metrics = await (await fetch(`${world.kiosk.url}/metrics`)).text();
    expect(metrics).toContain('kazasu_kiosk_visits_total{outcome="reserved"}');
    expect(metrics).toContain('kazasu_kiosk_missing{part="hsm"} 0');
  });
});
