import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken } from '../../hsm/token/token.ts';
import { newId } from '../../ticketing/store/new-id.ts';
import { inviteOwner } from '../../ticketing/people/owner.ts';
import { signedNotice } from '../../ticketing/payments/notice-keys.ts';
import type { Person } from '../authority/person.ts';
import { ordinaryCard } from '../card/ordinary-card.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { startKioskProcess, type KioskProcess } from '../kiosk/kiosk-process.ts';
import { KioskScreen } from '../kiosk/kiosk-screen.ts';
import { startNetworkPrinter, type NetworkPrinter } from '../printer/network-printer.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import { startGateProcess, type GateProcess, type TapLine } from '../world/gate-process.ts';
import { runGateCommand, type Ran } from '../world/run-gate-command.ts';
import { prepareGate } from '../world/world.ts';
import { answeringAt, Browser, type Seen } from './browser.ts';
import { serviceOnSofthsm, type ServiceOnSofthsm } from './service-on-softhsm.ts';

/** Each terminal of the hall has a reader and a token of its own. */
export const terminals = ['kiosk', 'north', 'south'] as const;
export type Terminal = (typeof terminals)[number];
export type GateName = Exclude<Terminal, 'kiosk'>;

const company = generateKeyPairSync('ed25519');

/**
 * A hall from the sale to the figures, on real parts: the ticketing service on SoftHSM and a J-LIS of its
 * own, a kiosk and two gates as programs, virtual cards on the readers of a real pcscd, a receipt printer.
 */
export class WalkWorld {
  readonly running: ServiceOnSofthsm;
  readonly pcscd: PrivatePcscd;
  readonly printer: NetworkPrinter;
  readonly folder: string;
  /** The organiser's browser, signed in. */
  readonly organiser: Browser;
  readonly #cards = new Map<Person, VirtualCard>();
  readonly #open: { stop(): Promise<unknown> }[] = [];

  private constructor(parts: Pick<WalkWorld, 'running' | 'pcscd' | 'printer' | 'folder'>) {
    this.running = parts.running;
    this.pcscd = parts.pcscd;
    this.printer = parts.printer;
    this.folder = parts.folder;
    this.organiser = new Browser(answeringAt(this.url), this.running.config.publicUrl.origin);
  }

  static async open(): Promise<WalkWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'kazasu-walk-'));
    const port = await freePort();
    const running = await serviceOnSofthsm({
      port,
      // Gates sign what they ask for the address by which they know it.
      publicUrl: new URL(`http://127.0.0.1:${port}`),
      tokens: terminals,
      noticeKeys: [company.publicKey],
    });
    const pcscd = await startPrivatePcscd({ folder: join(folder, 'r'), readers: terminals.length });
    const world = new WalkWorld({ running, pcscd, printer: await startNetworkPrinter(), folder });
    await world.#signIn();
    return world;
  }

  get url(): string {
    return this.running.service.url;
  }

  /** Somebody with a card that nobody has seen yet. */
  newPerson(): Person {
    return this.running.authority.issuePerson();
  }

  /** Asks as the organiser; anything but success is the test's end. */
  async ask<Body>(request: string, body?: unknown, headers: Record<string, string> = {}): Promise<Body> {
    const key = request.startsWith('POST') ? { 'idempotency-key': `walk-${newId()}` } : {};
    const seen = await this.organiser.ask(request, body, { ...key, ...headers });
    if (seen.status >= 300) throw new Error(`${request}: ${seen.status} ${JSON.stringify(seen.body)}`);
    return seen.body as Body;
  }

  /** Asks again until it is so: what the service does in the background takes its time. */
  async until<Body>(request: string, isSo: (body: Body) => boolean): Promise<Body> {
    for (;;) {
      const body = await this.ask<Body>(request);
      if (isSo(body)) return body;
      await pause(100);
    }
  }

  /** Downloads a file, or sends one, as the organiser's browser does. */
  async file(request: string, bytes?: Uint8Array<ArrayBuffer>): Promise<Buffer> {
    const [method = 'GET', path = ''] = request.split(' ');
    const { origin } = this.running.config.publicUrl;
    const type = bytes === undefined ? {} : { 'content-type': 'application/octet-stream' };
    const response = await fetch(this.url + path, {
      method,
      headers: { origin, cookie: this.organiser.cookie ?? '', ...type },
      ...(bytes === undefined ? {} : { body: bytes }),
    });
    const answer = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${request}: ${response.status} ${answer.toString()}`);
    return answer;
  }

  /** As the payment company sends it. */
  notify(notice: object): Promise<Seen> {
    const body = Buffer.from(JSON.stringify(notice));
    const signature = sign(null, signedNotice(body), company.privateKey).toString('base64');
    const asked = new Browser(answeringAt(this.url), this.running.config.publicUrl.origin);
    return asked.ask('POST /api/payments/notices', notice, { 'kazasu-signature': signature });
  }

  /** Starts the kiosk; its screen is ready for a visitor. */
  async startKiosk(): Promise<KioskScreen> {
    const { bed } = this.running;
    const { module, token, pin } = bed.options('kiosk');
    const opened = await openToken({ module, token, pin });
    await makeStorageKey(opened);
    opened.close();
    const config = this.#write('kiosk', {
      kiosk: 'foyer-1',
      ticketing: this.url,
      pkcs11: { module, token },
      reader: this.#reader('kiosk'),
      listen: '127.0.0.1:0',
      state: 'state',
    });
    const kiosk: KioskProcess = await startKioskProcess({ config, environment: this.#environment('kiosk') });
    const screen = await KioskScreen.open(kiosk.url);
    this.#open.push({
      stop: async () => {
        await screen.close();
        await kiosk.stop();
      },
    });
    await screen.standing(({ takesApplications }) => takesApplications);
    return screen;
  }

  /** Makes a gate's keys and its configuration, as its operator does; answers the configuration's file. */
  async setUpGate(name: GateName, more: object): Promise<string> {
    const { module, token, pin } = this.running.bed.options(name);
    const config = this.#write(name, {
      gate: name,
      pkcs11: { module, token },
      reader: this.#reader(name),
      listKeys: ['list-signing.pem'],
      listen: 'off',
      state: 'state',
      ...more,
    });
    const opened = await openToken({ module, token, pin });
    await prepareGate(opened, this.path(name, 'state'), this.running.authority, 'jpki-rsa', name);
    opened.close();
    return config;
  }

  command(name: GateName, ...argv: string[]): Promise<Ran> {
    const config = this.path(name, 'config.json');
    return runGateCommand([...argv, '--json', '--config', config], this.#environment(name));
  }

  async startGate(name: GateName): Promise<GateProcess> {
    const config = this.path(name, 'config.json');
    const gate = await startGateProcess({ config, environment: this.#environment(name) });
    this.#open.push(gate);
    return gate;
  }

  /** Lays a person's card on a reader until `done` has happened. */
  async lay<Result>(person: Person, at: Terminal, done: () => Promise<Result>): Promise<Result> {
    const reader = terminals.indexOf(at);
    const [result] = await Promise.all([done(), this.pcscd.insert(reader, this.#card(person))]);
    await this.pcscd.remove(reader);
    return result;
  }

  tap(person: Person, at: GateName, gate: GateProcess): Promise<TapLine> {
    return this.lay(person, at, () => gate.nextTap());
  }

  path(name: Terminal, file: string): string {
    return join(this.folder, name, file);
  }

  async close(): Promise<void> {
    for (const each of this.#open.reverse()) await each.stop();
    await this.pcscd.close();
    await this.printer.close();
    await this.running.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #signIn(): Promise<void> {
    const { store } = this.running.service;
    const { secret } = await inviteOwner(store, this.running.config.organisation, Date.now());
    const person = { name: 'Aoki', signIn: 'aoki@hall.example', password: 'a long walk by the sea' };
    const { status } = await this.organiser.ask('POST /api/invitation/accept', { secret, person });
    if (status !== 204) throw new Error(`The organiser cannot sign in: ${status}.`);
  }

  /** The same card each time: it lies in the person's purse. */
  #card(person: Person): VirtualCard {
    const terminalRoot = this.running.authority.terminalRoot('jpki-rsa');
    const card = this.#cards.get(person) ?? ordinaryCard({ holder: person, terminalRoot });
    this.#cards.set(person, card);
    return card;
  }

  #reader(at: Terminal): string {
    return this.pcscd.readerNames[terminals.indexOf(at)] ?? '';
  }

  #environment(name: Terminal): Record<string, string> {
    const { bed } = this.running;
    const { pin } = bed.options(name);
    return { ...bed.environment, KAZASU_PIN: pin, PCSCLITE_CSOCK_NAME: this.pcscd.socket };
  }

  #write(name: Terminal, config: object): string {
    mkdirSync(join(this.folder, name), { recursive: true });
    const file = this.path(name, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
}

/** One that the system had to give; nobody else is given it the next moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
