import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import { openPackShelf } from '../../gate/pack/open-pack-shelf.ts';
import { readCertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { importRoot } from '../../hsm/certificate/root.ts';
import { listEventKeys, makeEventKey, openEventKey, wrapEventKey } from '../../hsm/keys/event-keys.ts';
import { makeSigner, openSigner } from '../../hsm/keys/signer-key.ts';
import {
  activateTerminalKey,
  installTerminalCertificate,
  requestTerminalKey,
} from '../../hsm/keys/terminal-key-life.ts';
import { makeTransportKey, openTransportKey } from '../../hsm/keys/transport-key.ts';
import { encodeWrappedEventKey } from '../../hsm/keys/wrapped-event-key.ts';
import { p256PublicKey } from '../../hsm/seal/p256-signature.ts';
import type { Token } from '../../hsm/token/token.ts';
import { readTerminalRoot } from '../../hsm/trust/terminal-root.ts';
import { TrustStore } from '../../hsm/trust/trust-store.ts';
import type { PackRules } from '../../ticketing/entry-list/pack-contents.ts';
import type { Entry } from '../../ticketing/entry-list/entry-record.ts';
import { writeEntryList } from '../../ticketing/entry-list/write-entry-list.ts';
import { writePack } from '../../ticketing/entry-list/write-pack.ts';
import { Authority } from '../authority/authority.ts';
import { absentEntries, publicKeyIn } from './absent-visitors.ts';
import { sandboxTokens, type SandboxTokens } from './tokens.ts';
import { issueVisitors, type Visitor } from './visitors.ts';

export type WorldProfile = 'jpki-rsa' | 'eac-rsa' | 'eac-p384';

export interface WorldOptions {
  /** Where everything is kept; what is there already is gone on with. */
  readonly folder: string;
  readonly profile?: WorldProfile;
  /** How many ordinary visitors have a ticket. */
  readonly crowd?: number;
  /** How many more tickets the entry list holds, of visitors whose cards are not here. */
  readonly absent?: number;
  /** Whether the list holds each card's public key, as it does where a card was bound in person. */
  readonly pinned?: boolean;
  /** Issues the visitors' cards; a crowd and some whom a gate must turn away where left out. */
  readonly issue?: (authority: Authority) => Promise<readonly Visitor[]>;
  /** The session's rules; one entry where left out. */
  readonly rules?: PackRules;
  /** Told what is being made. */
  readonly say?: (text: string) => void;
}

/** All that a gate needs to open, and visitors to come to it. */
export interface World {
  readonly authority: Authority;
  readonly tokens: SandboxTokens;
  readonly visitors: readonly Visitor[];
  /** The gate's configuration file. */
  readonly config: string;
  /** The pack that the ticketing service handed to the gate. */
  readonly pack: string;
  /** What `kazasu-gate` needs in its environment; the reader is added by whoever has one. */
  readonly gateEnvironment: Readonly<Record<string, string>>;
}

export const gateName = 'sandbox-1';
const event = 'sandbox';
const session = 'opening-night';
const ticketingToken = 'ticketing';
const gateToken = 'gate';

/**
 * The sandbox world: an authority in place of J-LIS, an HSM each for the ticketing service and the gate,
 * visitors with cards, and a pack for the gate. Everything in it is made the way an operator would make it;
 * the second time it is all there.
 *
 * @example
 * const world = await openWorld({ folder: 'state/sandbox' });
 */
export async function openWorld({
  folder,
  profile = 'jpki-rsa',
  crowd = 20,
  absent = 0,
  pinned = false,
  rules = { entry: 'never-again' },
  issue = (authority) => issueVisitors(authority, { profile, crowd }),
  say = () => undefined,
}: WorldOptions): Promise<World> {
  const gateState = join(folder, 'gate');
  const listKey = join(folder, 'list-signing.pem');
  const pack = join(folder, 'session.pack');
  // Written last: a world whose making was cut short is made anew.
  const made = existsSync(join(folder, 'complete'));

  if (!made) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!made) say('Founding the sandbox’s authority: roots of every generation.');
  const authority = await Authority.create({ folder: join(folder, 'authority') });
  if (!made) say('Preparing the HSMs.');
  const tokens = sandboxTokens(join(folder, 'softhsm'), [ticketingToken, gateToken]);
  if (!made) say(`Issuing cards to ${crowd} visitors and to some whom a gate must turn away.`);
  const visitors = await issue(authority);

  const config = join(folder, 'gate.json');
  writeFileSync(
    config,
    `${JSON.stringify(
      {
        gate: gateName,
        pkcs11: { module: tokens.module, token: gateToken },
        cardProfile: profile,
        listKeys: ['list-signing.pem'],
        // A port of the system's choice: several sandboxes may run on one machine.
        listen: '127.0.0.1:0',
        state: 'gate',
      },
      null,
      2,
    )}\n`,
  );
  if (!made) {
    const ticketing = await tokens.open(ticketingToken);
    const gate = await tokens.open(gateToken);
    try {
      say('Making the gate’s keys; the authority certifies its terminal key.');
      await prepareGate(gate, gateState, authority, profile);
      say('Sealing the entry list and packing it for the gate.');
      await preparePack({ ticketing, gate, authority, visitors, absent, pinned, rules, pack, listKey });
      await takePack(config, pack);
    } finally {
      ticketing.close();
      gate.close();
    }
    writeFileSync(join(folder, 'complete'), '');
  }

  const gateEnvironment = { ...tokens.environment, KAZASU_PIN: tokens.pin(gateToken) };
  return { authority, tokens, visitors, config, pack, gateEnvironment };
}

/** What an operator does with kazasu-hsm at the gate. */
export async function prepareGate(
  gate: Token,
  state: string,
  authority: Authority,
  profile: WorldProfile,
  name = gateName,
): Promise<void> {
  const now = authority.now();
  const trust = await TrustStore.open(join(state, 'trust'));
  for (const der of authority.rootCertificates('authentication')) {
    await trust.addRoot(importRoot(der), 'authentication');
  }
  const { spki, keyId } = authority.terminalRoot(profile);
  await trust.addTerminalRoot(readTerminalRoot(spki, profile, Buffer.from(keyId).toString('hex')));

  await makeSigner(gate, 'gate-identity');
  await makeTransportKey(gate);
  const algorithm = profile === 'eac-p384' ? 'p384' : 'rsa2048';
  const { request } = await requestTerminalKey(gate, state, { gate: name, algorithm, now });
  const certificate = authority.issueTerminalCertificate(request, profile);
  const roots = trust.terminalRoots();
  const { id } = await installTerminalCertificate(gate, state, certificate, roots, now);
  await activateTerminalKey(state, id, roots, now);
}

/** What `kazasu-gate pack take` does with the file from the stick. */
async function takePack(config: string, pack: string): Promise<void> {
  const { shelf, close } = openPackShelf(readConfig(config));
  try {
    await shelf.take(readFileSync(pack), new Date());
  } finally {
    close();
  }
}

/** What the ticketing service does when an organiser exports a session's list. */
async function preparePack(parts: {
  ticketing: Token;
  gate: Token;
  authority: Authority;
  visitors: readonly Visitor[];
  absent: number;
  pinned: boolean;
  rules: PackRules;
  pack: string;
  listKey: string;
}): Promise<void> {
  const { ticketing, gate, authority, visitors } = parts;
  if (!(await listEventKeys(ticketing)).includes(event)) {
    await makeEventKey(ticketing, event);
    await makeSigner(ticketing, 'list-signing');
  }
  const eventKey = await openEventKey(ticketing, event);
  const signer = await openSigner(ticketing, 'list-signing');
  const transport = await openTransportKey(gate);

  const issuedAt = authority.now();
  const startsAt = new Date(issuedAt.getTime() + 60 * 60 * 1000);
  const entries: Entry[] = absentEntries(parts.absent, parts.pinned);
  const revoked = [];
  for (const visitor of visitors) {
    const { certificate } = visitor.person.authentication;
    const serialHash = await eventKey.serialHash(readCertificateHead(certificate));
    if (visitor.kind === 'revoked') revoked.push(serialHash);
    else if (visitor.record !== undefined) {
      entries.push({
        serialHash,
        ticketHash: await eventKey.ticketHash(visitor.record.ticket),
        record: parts.pinned ? { ...visitor.record, publicKey: publicKeyIn(certificate) } : visitor.record,
      });
    }
  }
  const list = await writeEntryList({
    event,
    session,
    gateGroup: 'main',
    version: 1,
    issuedAt,
    validFrom: issuedAt,
    validUntil: new Date(issuedAt.getTime() + 365 * 24 * 60 * 60 * 1000),
    entries,
    revoked,
    signer,
  });
  const wrapped = await wrapEventKey(ticketing, event, transport.publicKey);
  const bytes = await writePack({
    list,
    contents: {
      texts: {
        event: { ja: 'かざす音楽会', en: 'Kazasu concert' },
        session: { ja: '初日', en: 'Opening night' },
      },
      startsAt,
      rules: parts.rules,
      wrappedKeys: [{ recipient: transport.fingerprint, wrapped: encodeWrappedEventKey(wrapped) }],
      roots: authority.rootCertificates('authentication').map((der) => Uint8Array.from(der)),
      crls: [],
      receipt: '',
    },
    issuedAt,
    signer,
  });
  writeFileSync(parts.listKey, p256PublicKey(signer.publicKey).export({ type: 'spki', format: 'pem' }));
  writeFileSync(parts.pack, bytes);
}
