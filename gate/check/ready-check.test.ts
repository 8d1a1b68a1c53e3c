import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSigner, openSigner } from '../../hsm/keys/signer-key.ts';
import {
  activateTerminalKey,
  installTerminalCertificate,
  requestTerminalKey,
} from '../../hsm/keys/terminal-key-life.ts';
import { makeTransportKey } from '../../hsm/keys/transport-key.ts';
import { initialiseToken } from '../../hsm/token/initialise.ts';
import { openToken } from '../../hsm/token/token.ts';
import { TrustStore } from '../../hsm/trust/trust-store.ts';
import { cardKinds } from '../../test/card/kinds.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import { startNetworkPrinter } from '../../test/printer/network-printer.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../../test/reader/private-pcscd.ts';
import { openWorld, type World } from '../../test/world/world.ts';
import { readConfig, type GateConfig } from '../config/config.ts';
import { Journal } from '../journal/journal.ts';
import { parsePrinterAddress } from '../receipt/printer-address.ts';
import { printerStatus } from '../receipt/printer-state.ts';
import type { CheckName } from './check-item.ts';
import { readyCheck, type ReadyCheckOptions, type ReadyReport } from './ready-check.ts';

const year = 365 * 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'kazasu-check-'));
let world: World;
let pcscd: PrivatePcscd;
let whole: GateConfig;
/** The gate as it is to be checked, with a state folder of its own to break things in. */
let config: GateConfig;
let runs = 0;

beforeAll(async () => {
  world = await openWorld({ folder: join(folder, 'world'), profile: 'eac-p384', crowd: 1 });
  pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 2 });
  process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;
  whole = readConfig(world.config);
});
beforeEach(() => {
  runs += 1;
  const state = join(folder, `state-${runs}`);
  cpSync(whole.state, state, { recursive: true });
  config = { ...whole, state };
});
afterEach(() => {
  rmSync(config.state, { recursive: true, force: true });
});
afterAll(async () => {
  await pcscd.close();
  rmSync(folder, { recursive: true, force: true });
});

const pin = (): Promise<string> => Promise.resolve(world.tokens.pin(whole.pkcs11.token));

function check(options: Partial<ReadyCheckOptions> = {}): Promise<ReadyReport> {
  return readyCheck({ config, pin, ...options });
}

/** What is not ready, and what is said of it. */
async function missing(
  options: Partial<ReadyCheckOptions> = {},
): Promise<Partial<Record<CheckName, string>>> {
  const { ready, items } = await check(options);
  const unready = items.filter((each) => !each.ready);
  expect(ready).toBe(unready.length === 0);
  return Object.fromEntries(unready.map(({ item, text }) => [item, text]));
}

const on = (change: Partial<GateConfig>): Partial<ReadyCheckOptions> => ({
  config: { ...config, ...change },
});
const hsm = (change: Partial<GateConfig['pkcs11']>): Partial<ReadyCheckOptions> =>
  on({ pkcs11: { ...config.pkcs11, ...change } });

/** Opens the journal, and closes it again at that time. */
async function ranAt(at: number): Promise<void> {
  const journal = await openJournal(at);
  await journal.close();
}

async function openJournal(at: number): Promise<Journal> {
  const token = await world.tokens.open(config.pkcs11.token);
  const signer = await openSigner(token, 'gate-identity');
  const file = join(config.state, 'journal.sqlite');
  return Journal.open({ file, gate: config.gate, signer, now: () => at });
}

describe('a gate that lacks nothing', () => {
  it('is ready, and each thing says what was found', async () => {
    const { ready, items } = await check();
    const said = Object.fromEntries(items.map(({ item, text }) => [item, text]));
    expect(items.filter((each) => !each.ready)).toEqual([]);
    expect(ready).toBe(true);
    expect(said['readers']).toContain('2 readers: Kazasu Virtual A');
    expect(said['pack']).toMatch(/sandbox, opening-night: version 1, issued 0 minutes ago, 1 entries/);
    expect(said['terminal-certificate']).toMatch(/eac-p384 .* good until \d{4}-\d\d-\d\d/);
    expect(said['journal']).toBe('None yet: it begins when the gate opens.');
  });

  it('is not disturbed where it is running, and that is said', async () => {
    const journal = await openJournal(Date.now());
    const { ready, items } = await check();
    expect(items.find(({ item }) => item === 'journal')?.text).toMatch(
      /Sound, log 1 .* in use by a running gate/,
    );
    expect(ready).toBe(true);
    journal.record({ kind: 'clock', at: Date.now(), expected: 1, found: 1 });
    await journal.close();
  });
});

describe('what is broken is found, alone, with how to mend it', () => {
  it('no such reader', async () => {
    const found = await missing(on({ reader: 'ACR1252' }));
    expect(Object.keys(found)).toEqual(['readers']);
    expect(found.readers).toMatch(/no card reader called ACR1252\. Plug it in/);
  });

  it('the PC/SC service stopped', async () => {
    await pcscd.stop();
    try {
      const found = await missing();
      expect(Object.keys(found)).toEqual(['readers']);
      expect(found.readers).toMatch(/Start pcscd/);
    } finally {
      await pcscd.start();
    }
  });

  const needHsm = ['hsm', 'keys', 'terminal-certificate', 'pack'];
  it.each<[string, () => Partial<ReadyCheckOptions>, RegExp]>([
    [
      'a wrong path to the HSM’s module',
      () => hsm({ module: join(folder, 'no.so') }),
      /no PKCS#11 module at .* Name the vendor/,
    ],
    ['no token of that name', () => hsm({ token: 'another' }), /another/],
    ['a wrong PIN', () => ({ pin: () => Promise.resolve('1234-wrong') }), /PIN/],
  ])('%s, and what needs the HSM waits for it', async (_, broken, mend) => {
    const found = await missing(broken());
    expect(Object.keys(found)).toEqual(needHsm);
    expect(found.hsm).toMatch(mend);
    expect(found.keys).toMatch(/mend the HSM first/);
    expect(found.pack).toMatch(/mend that first/);
  });

  it('an HSM without keys', async () => {
    const { module } = config.pkcs11;
    initialiseToken({ module, label: 'empty', securityOfficerPin: 'officer-1', pin: 'pin-12345' });
    const found = await missing({ ...hsm({ token: 'empty' }), pin: () => Promise.resolve('pin-12345') });
    expect(Object.keys(found)).toEqual(['keys', 'terminal-certificate', 'pack']);
    expect(found.keys).toMatch(/gate-identity/);
  });

  it('a pack without a key for this gate', async () => {
    const { module } = config.pkcs11;
    initialiseToken({ module, label: 'newer', securityOfficerPin: 'officer-1', pin: 'pin-12345' });
    const token = await openToken({ module, token: 'newer', pin: 'pin-12345' });
    await makeSigner(token, 'gate-identity');
    await makeTransportKey(token);
    token.close();
    const found = await missing({ ...hsm({ token: 'newer' }), pin: () => Promise.resolve('pin-12345') });
    expect(found.pack).toMatch(/no key for this gate; enrol the gate/);
    expect(found.keys).toBeUndefined();
  });

  it('no terminal certificate', async () => {
    rmSync(join(config.state, 'terminal-keys.json'));
    const found = await missing();
    expect(Object.keys(found)).toEqual(['terminal-certificate']);
    expect(found['terminal-certificate']).toMatch(/Install its certificate and activate it/);
  });

  it('a terminal certificate for another kind of card', async () => {
    const found = await missing(on({ cardProfile: 'jpki-rsa' }));
    expect(Object.keys(found)).toEqual(['terminal-certificate']);
    expect(found['terminal-certificate']).toMatch(/No terminal key is active for jpki-rsa/);
  });

  it('a terminal certificate that has ended', async () => {
    const past = new Date(Date.now() - 30 * 86_400_000);
    const validity = { notBefore: past, notAfter: new Date(past.getTime() + 5 * 86_400_000) };
    const token = await world.tokens.open(config.pkcs11.token);
    const roots = (await TrustStore.open(join(config.state, 'trust'))).terminalRoots();
    const asked = { gate: config.gate, algorithm: 'p384', now: past } as const;
    const { request } = await requestTerminalKey(token, config.state, asked);
    const bytes = world.authority.issueTerminalCertificate(request, 'eac-p384', validity);
    const { id } = await installTerminalCertificate(token, config.state, bytes, roots, past);
    // Its turn comes now, as that of a key whose renewal was forgotten.
    const register = join(config.state, 'terminal-keys.json');
    await activateTerminalKey(config.state, id, roots, past);
    const later = readFileSync(register, 'utf8').replaceAll(past.toISOString(), new Date().toISOString());
    writeFileSync(register, later);
    token.close();
    const found = await missing();
    expect(Object.keys(found)).toEqual(['terminal-certificate']);
    expect(found['terminal-certificate']).toMatch(/was valid to .* Ask for a new one/);
  });

  it('a terminal certificate behind which nobody trusted stands', async () => {
    rmSync(join(config.state, 'trust', 'terminal'), { recursive: true });
    const found = await missing();
    expect(Object.keys(found)).toEqual(['terminal-certificate']);
    expect(found['terminal-certificate']).toMatch(/trust add/);
  });

  it('no pack', async () => {
    rmSync(join(config.state, 'packs'), { recursive: true });
    const found = await missing();
    expect(Object.keys(found)).toEqual(['pack']);
    expect(found.pack).toMatch(/no pack yet; take one with `kazasu-gate pack take/);
  });

  it('a pack that has ended', async () => {
    const found = await missing({ now: () => Date.now() + 2 * year });
    expect(found.pack).toMatch(/no longer valid; fetch the newest one/);
    expect(found.clock).toBeUndefined();
  });

  it('a pack for another group of gates', async () => {
    const found = await missing(on({ gateGroup: 'south' }));
    expect(Object.keys(found)).toEqual(['pack']);
    expect(found.pack).toMatch(/another gate group/);
  });

  it('a clock before the pack', async () => {
    const found = await missing({ now: () => Date.now() - 86_400_000 });
    expect(found.clock).toMatch(/before the pack is valid: set it right/);
    expect(found.pack).toMatch(/check the clock/);
  });

  it('a clock behind the last entry', async () => {
    await ranAt(Date.now() + 3_600_000);
    const found = await missing();
    expect(Object.keys(found)).toEqual(['clock']);
    expect(found.clock).toMatch(/before the journal’s last entry .* set it right/);
  });

  it('a damaged journal', async () => {
    await ranAt(Date.now());
    truncateSync(join(config.state, 'journal.sqlite'), 5000);
    const found = await missing();
    expect(Object.keys(found)).toEqual(['journal']);
    expect(found.journal).toMatch(/next start/);
  });
});

describe('the printer', () => {
  it('is asked where the gate has one, and what keeps it from printing is told', async () => {
    const network = await startNetworkPrinter();
    const { printer } = network;
    const withPrinter = on({ printer: parsePrinterAddress(network.address) });
    expect(await missing(withPrinter)).toEqual({});
    expect((await check(withPrinter)).items.map(({ item }) => item)).toContain('printer');
    printer.setCover('open');
    expect(await missing(withPrinter)).toEqual({ printer: 'The printer’s cover is open; close it.' });
    printer.setCover('closed');
    printer.loadPaper(0);
    expect(await missing(withPrinter)).toEqual({
      printer: 'The printer is out of paper; put in a new roll.',
    });
    await network.close();
    expect((await missing(withPrinter)).printer).toMatch(/cannot be reached; check its power/);
  });

  it('is not disturbed where the gate that asks knows already how it is', async () => {
    const config = { printer: parsePrinterAddress('tcp://127.0.0.1:9') };
    const known = { ...on(config), printer: () => printerStatus('paper-low') };
    const { ready, items } = await check(known);
    expect(items.find(({ item }) => item === 'printer')?.text).toMatch(/have a new roll ready/);
    expect(ready).toBe(true);
  });
});

describe('a test card', () => {
  const hold = async (card: VirtualCard, options: Partial<ReadyCheckOptions> = {}): Promise<ReadyReport> => {
    await pcscd.insert(0, card);
    try {
      return await check({ testCard: { milliseconds: 20_000 }, ...options });
    } finally {
      await pcscd.remove(0);
    }
  };
  const ofCard = ({ items }: ReadyReport): string | undefined =>
    items.find(({ item }) => item === 'card')?.text;

  it('goes through the whole chain, and leaves nothing behind', async () => {
    const [visitor] = world.visitors;
    if (visitor === undefined) throw new Error('The world has no visitor.');
    const report = await hold(visitor.card);
    expect(report.ready).toBe(true);
    expect(ofCard(report)).toMatch(/proved itself in \d+ ms; a tap would have been “admitted”/);
  });

  it('that is none is found', async () => {
    const [visitor] = world.visitors;
    if (visitor === undefined) throw new Error('The world has no visitor.');
    const terminalRoot = world.authority.terminalRoot('eac-p384');
    const report = await hold(cardKinds.foreign.make({ holder: visitor.person, terminalRoot }));
    expect(report.ready).toBe(false);
    expect(ofCard(report)).toMatch(/did not get through: .* Try another card/);
  });

  it('that nobody holds is missed', async () => {
    const report = await check({ testCard: { milliseconds: 700 } });
    expect(ofCard(report)).toMatch(/Hold one/);
  });

  it('is not asked for where something else is to be mended', async () => {
    const report = await check({ ...on({ gateGroup: 'south' }), testCard: { milliseconds: 20_000 } });
    expect(ofCard(report)).toMatch(/mend what else is not ready first/);
  });

  it('is left to a gate that is running', async () => {
    const journal = await openJournal(Date.now());
    const report = await check({ testCard: { milliseconds: 20_000 } });
    expect(ofCard(report)).toMatch(/A gate is running/);
    await journal.close();
  });
});
