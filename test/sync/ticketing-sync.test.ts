import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, type GateConfig } from '../../gate/config/config.ts';
import { exportBesideTaps } from '../../gate/journal/export.ts';
import { readHandedOver } from '../../gate/journal-format/read-handed-over.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import type { Log } from '../../gate/log.ts';
import { GateService } from '../../gate/service/gate-service.ts';
import { GateIdentity } from '../../gate/sync/gate-identity.ts';
import type { SyncState } from '../../gate/sync/sync-state.ts';
import { TicketingSync } from '../../gate/sync/ticketing-sync.ts';
import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import type { Token } from '../../hsm/token/token.ts';
import { clearSigner } from '../entry-list/clear-signer.ts';
import { LateTickets } from '../service/delta.ts';
import { standing, until } from '../service/terminal.ts';
import { openWorld, type World } from '../world/world.ts';
import { offered, openCounterpart, type Counterpart } from './ticketing-counterpart.ts';

// A gate and a ticketing service that speak over real HTTP, each with keys in a real HSM. No readers: what
// staff do by hand fills the journal.

const folder = mkdtempSync(join(tmpdir(), 'kazasu-sync-'));
let world: World;
let ticketingToken: Token;
let gateToken: Token;
let listSigner: Signer;
let gateKey: Uint8Array;
let counterpart: Counterpart;
let config: GateConfig;
let running: { service: GateService; sync: TicketingSync; stop(): Promise<void> } | undefined;
let lines: { event: string; text: string }[];
let runs = 0;

beforeAll(async () => {
  world = await openWorld({ folder: join(folder, 'world'), profile: 'eac-p384', crowd: 2 });
  ticketingToken = await world.tokens.open('ticketing');
  gateToken = await world.tokens.open('gate');
  listSigner = await openSigner(ticketingToken, 'list-signing');
  gateKey = (await openSigner(gateToken, 'gate-identity')).publicKey;
});
beforeEach(async () => {
  counterpart = await openCounterpart({ signer: listSigner });
  counterpart.gates.set(signingKeyId(gateKey), gateKey);
  lines = [];
  runs += 1;
  const whole = readConfig(world.config);
  config = { ...whole, state: join(folder, `gate-${runs}`), listen: 'off', ticketing: counterpart.url };

  cpSync(whole.state, config.state, { recursive: true });
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await counterpart.close();
});
afterAll(() => {
  ticketingToken.close();
  gateToken.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a gate that is kept in step, as `kazasu-gate run` does, looking without a rest. */
function start(every: object = {}, pin = world.tokens.pin(config.pkcs11.token)): GateService {
  const write = (fields: { event: string }, text: string): void => {
    lines.push({ event: fields.event, text });
  };
  const log: Log = { info: write, warn: write, error: write };
  const service = new GateService({ config, pin, log });
  const identity = new GateIdentity(config, pin);
  const sync = new TicketingSync({
    service,
    url: counterpart.url,
    identity: () => identity.signer(),
    log,
    every: { look: 5, handOver: 0, retry: 5, longest: 20, ...every },
  });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await service.stop();
    await sync.finish();
    identity.close();
  };
  running = { service, sync, stop: () => (stopped ??= stop()) };
  return service;
}

/** Resolves when a round has come to this. */
async function synced(service: GateService, isSo: (state: SyncState) => boolean): Promise<void> {
  if (service.ticketing !== undefined && isSo(service.ticketing)) return;
  await until(
    service,
    ({ kind }) => kind === 'ticketing' && service.ticketing !== undefined && isSo(service.ticketing),
  );
}

/** The next `rounds` rounds that are told of. */
async function rounds(service: GateService, count = 2): Promise<void> {
  for (let n = 0; n < count; n += 1) await until(service, ({ kind }) => kind === 'ticketing');
}

function letIn(service: GateService, people: number): void {
  const journal = service.gate?.journal;
  for (let n = 0; n < people; n += 1) {
    const at = Math.max(Date.now(), journal?.newest(1)[0]?.entry.at ?? 0);
    journal?.record({
      kind: 'hand',
      at,
      session: 'sandbox/opening-night',
      direction: 'in',
      by: 'staff',
      reason: 'test',
    });
  }
}

const open = (service: GateService): Promise<void> => standing(service, ({ phase }) => phase === 'open');
const pack = (): Uint8Array => readFileSync(world.pack);
const events = (event: string): string[] =>
  lines.filter((line) => line.event === event).map(({ text }) => text);

describe('packs', () => {
  it('come to a gate that has none, which then opens, and changes to it while it is open', async () => {
    rmSync(join(config.state, 'packs'), { recursive: true });
    const service = start();
    await synced(service, ({ workedAt }) => workedAt !== undefined);
    expect(service.gate).toBeUndefined();
    counterpart.files.set(offered(pack(), { kind: 'full', version: 1 }), pack());
    await open(service);
    const late = new LateTickets(world, config);
    const [visitor] = world.visitors;
    if (visitor?.record === undefined) throw new Error('There is no visitor.');
    for (const version of [2, 3]) {
      const delta = await late.delta(visitor, { ...visitor.record, seat: `1階 Z列 ${version}番` });
      counterpart.files.set(offered(delta, { kind: 'delta', base: version - 1, version }), delta);
    }
    while (service.gate?.list.version !== 3) await rounds(service, 1);
    expect((await service.gate.findTicket(visitor.record.ticket)) as object).toMatchObject({
      record: { seat: '1階 Z列 3番' },
    });
    // Each was fetched once.
    await rounds(service);
    expect(counterpart.asked.filter((each) => /packs\//.test(each))).toHaveLength(3);
  });

  it('of another’s key, of another length or digest are refused, and the gate goes on with what it has', async () => {
    const service = start();
    await open(service);
    const other = Uint8Array.from(pack());
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    counterpart.files.set(offered(other, { kind: 'full', version: 2 }), other);
    await synced(service, ({ trouble }) => trouble?.code === 'damaged');
    // It is not fetched again at once, and staff see it as long as it is offered.
    const asked = counterpart.asked.length;
    await rounds(service, 3);
    expect(counterpart.asked.slice(asked).filter((each) => /packs\//.test(each))).toEqual([]);
    expect(service.ticketing?.trouble?.code).toBe('damaged');
    counterpart.files.clear();
    counterpart.files.set(offered(pack(), { kind: 'full', version: 3 }), other);
    await synced(service, ({ trouble }) => trouble?.code === 'wrong-file');
    counterpart.files.clear();
    await synced(service, ({ trouble }) => trouble === undefined);
    counterpart.files.set(offered(pack(), { kind: 'full', version: 4 }), Buffer.concat([pack(), pack()]));
    await synced(service, ({ trouble }) => trouble?.code === 'wrong-file');
    expect(service.gate?.list.version).toBe(1);
    expect(service.standing.troubles.filter(({ missing }) => missing.includes('list'))).toEqual([]);
  });

  it('that the gate has, or older ones, are not fetched', async () => {
    counterpart.files.set(offered(pack(), { kind: 'full', version: 1 }), pack());
    const service = start();
    await open(service);
    await rounds(service, 3);
    expect(counterpart.asked.filter((each) => /packs\//.test(each))).toEqual([]);
  });
});

describe('the journal', () => {
  it('is handed over when something is new in it, and what comes back countersigned is kept', async () => {
    const service = start();
    await open(service);
    letIn(service, 5);
    await synced(service, ({ countersigned }) => countersigned !== undefined);
    const journal = service.gate?.journal;
    const kinds = (): string[] => journal?.newest(20).map(({ entry }) => entry.kind) ?? [];
    expect(kinds().filter((kind) => kind === 'countersigned')).toHaveLength(1);
    const handedOver = counterpart.reports.length;
    await rounds(service, 3);
    expect(counterpart.reports).toHaveLength(handedOver);
    letIn(service, 1);
    while (kinds().filter((kind) => kind === 'countersigned').length < 2) await rounds(service, 1);
    expect(counterpart.reports.flatMap(({ findings }) => findings)).toEqual([]);
    expect(counterpart.reports.at(-1)?.logs.at(-1)?.signed).toBeGreaterThan(6);
  });

  it('is countersigned to its last entry when the gate closes', async () => {
    const service = start({ handOver: 3_600_000 });
    await open(service);
    await synced(service, ({ countersigned }) => countersigned !== undefined);
    letIn(service, 3);
    await running?.stop();
    const file = await exportBesideTaps(join(config.state, 'journal.sqlite'), config.gate);
    const report = verifyJournal(file, { keys: [gateKey] });
    expect(report.findings).toEqual([]);
    const [log] = report.logs;
    expect(log?.signed).toBe(log?.entries);
    const last = readHandedOver(file)[0]?.notes.at(-1) ?? '';
    expect(last).toMatch(/^— kazasu\/ticketing /m);
    expect(last.split('\n')[1]).toBe(String(log?.entries));
    expect(events('handed-over').at(-1)).toMatch(/up to checkpoint 1-\d+ /);
  });

  it('keeps no countersignature of a key that is not trusted here', async () => {
    counterpart.countersigner = clearSigner();
    const service = start();
    await open(service);
    await synced(service, ({ workedAt }) => workedAt !== undefined && counterpart.reports.length > 0);
    expect(service.ticketing?.countersigned).toBeUndefined();
    expect(events('countersignature-refused').length).toBeGreaterThan(0);
    expect(service.gate?.journal.newest(20).map(({ entry }) => entry.kind)).not.toContain('countersigned');
  });

  it('that the service finds something wrong in is told to staff until it does not any more', async () => {
    counterpart.instead = (path) =>
      path === '/api/gates/journal'
        ? Response.json({
            findings: [{ code: 'fork', epoch: 1, sentence: 'Two histories.' }],
            countersigned: [],
          })
        : undefined;
    const service = start();
    await open(service);
    await synced(service, ({ trouble }) => trouble?.code === 'journal-found-wrong');
    await rounds(service, 3);
    expect(service.ticketing?.trouble?.code).toBe('journal-found-wrong');
    counterpart.instead = undefined;
    letIn(service, 1);
    await synced(service, ({ trouble }) => trouble === undefined);
  });
});

describe('a service that is not as it should be', () => {
  const bad: [string, () => Response, string][] = [
    ['has trouble', () => new Response('no', { status: 500 }), 'busy'],
    [
      'refuses the gate',
      () => Response.json({ code: 'revoked', title: 'K-0001' }, { status: 403 }),
      'refused',
    ],
    ['sends elsewhere', () => Response.redirect('http://127.0.0.1:1/', 302), 'unreachable'],
    ['speaks otherwise', () => Response.json({ packs: [{ kind: 'full' }] }), 'not-understood'],
    ['is no such service', () => new Response('<html>'), 'not-understood'],
    ['never ends', () => new Response(endless()), 'not-understood'],
  ];
  it.each(bad)('%s: the gate goes on, staff see why, and it is asked again', async (_, answer, code) => {
    counterpart.instead = answer;
    const service = start();
    await open(service);
    await synced(service, ({ trouble }) => trouble?.code === code);
    expect(service.ticketing?.trouble?.reason).not.toContain('K-0001');
    letIn(service, 2);
    expect(service.gate?.journal.counts('sandbox/opening-night').in).toBe(2);
    counterpart.instead = undefined;
    await synced(
      service,
      ({ trouble, countersigned }) => trouble === undefined && countersigned !== undefined,
    );
  });

  it('does not know the gate: nothing of it is believed or answered', async () => {
    counterpart.gates.clear();
    const service = start();
    await open(service);
    await synced(service, ({ trouble }) => trouble?.code === 'refused');
    expect(counterpart.asked).toEqual([]);
    counterpart.gates.set(signingKeyId(gateKey), gateKey);
    await synced(service, ({ trouble }) => trouble === undefined);
  });

  it('is away: a gate closes without it', async () => {
    await counterpart.close();
    const service = start();
    await open(service);
    await synced(service, ({ trouble }) => trouble?.code === 'unreachable');
    await running?.stop();
    expect(events('closed')).toHaveLength(1);
    counterpart = await openCounterpart({ signer: listSigner });
  });
});

it('a wrong PIN is shown to the HSM once, by the gate itself', async () => {
  const service = start({}, 'wrong');
  await standing(service, ({ troubles }) => troubles[0]?.code === 'pin-wrong');
  expect(service.mayUseHsm).toBe(false);
  await running?.stop();
  expect(counterpart.asked).toEqual([]);
  expect(existsSync(join(config.state, 'journal.sqlite'))).toBe(false);
});

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
}
