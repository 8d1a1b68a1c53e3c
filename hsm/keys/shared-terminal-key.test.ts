import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenBed, MODULE_KINDS, type ModuleKind, type TokenBed } from '../../test/token/modules.ts';
import { TerminalIssuer } from '../../test/token/terminal-issuer.ts';
import { openToken, type Token } from '../token/token.ts';
import { readOutLeaks } from '../token/read-out.ts';
import { KEY_LABELS } from './labels.ts';
import { receiveTerminalKey, shareTerminalKey, type SharedTerminalKeyFile } from './shared-terminal-key.ts';
import { activateTerminalKey, installTerminalCertificate, requestTerminalKey } from './terminal-key-life.ts';
import { openTerminalKeys } from './terminal-keys.ts';
import type { Recipient } from './recipient.ts';
import { describeTransportKey, makeTransportKey, type TransportKey } from './transport-key.ts';
import { verifiesWith } from './verifies-with.ts';

const now = new Date();
const issuer = new TerminalIssuer('jpki-rsa');
const p384 = new TerminalIssuer('eac-p384');
const roots = [issuer.root, p384.root];

interface Gate {
  readonly token: Token;
  readonly state: string;
  readonly transport: TransportKey;
  readonly recipient: Recipient;
}

async function openGate(bed: TokenBed, label: string): Promise<Gate> {
  const token = await openToken(bed.options(label));
  const state = join(bed.folder, `state of ${label}`);
  mkdirSync(state);
  const transport = await makeTransportKey(token, 'believed');
  return { token, state, transport, recipient: await describeTransportKey(token) };
}

/** Two gates, one of either module, and what takes them down. */
async function twoGates(from: ModuleKind, to: ModuleKind): Promise<{ a: Gate; b: Gate; end: () => void }> {
  const bedA = makeTokenBed(from, from === to ? ['a', 'b'] : ['a']);
  const a = await openGate(bedA, 'a');
  const bedB = from === to ? bedA : makeTokenBed(to, ['b']);
  const b = await openGate(bedB, 'b');
  const end = (): void => {
    for (const gate of [a, b]) gate.token.close();
    for (const bed of new Set([bedA, bedB])) bed.remove();
  };
  return { a, b, end };
}

async function sharedKey(gate: Gate, algorithm: 'rsa2048' | 'p384' = 'rsa2048'): Promise<string> {
  const made = await requestTerminalKey(gate.token, gate.state, {
    gate: 'a',
    algorithm,
    shared: true,
    now,
    custody: 'believed',
  });
  const certificate = (algorithm === 'p384' ? p384 : issuer).issue(made.request);
  await installTerminalCertificate(gate.token, gate.state, certificate, roots, now);
  return made.record.id;
}

async function share(from: Gate, to: Gate, algorithm?: 'rsa2048' | 'p384'): Promise<SharedTerminalKeyFile> {
  return shareTerminalKey(from.token, from.state, await sharedKey(from, algorithm), to.recipient);
}

function receive(gate: Gate, file: object): ReturnType<typeof receiveTerminalKey> {
  return receiveTerminalKey(gate.token, gate.state, JSON.stringify(file), roots, now);
}

describe.each(MODULE_KINDS.flatMap((from) => MODULE_KINDS.map((to) => [from, to] as const)))(
  'a terminal key that goes from %s to %s',
  (from, to) => {
    let gates: Awaited<ReturnType<typeof twoGates>>;

    beforeAll(async () => {
      gates = await twoGates(from, to);
    });

    afterAll(() => {
      gates.end();
    });

    it.each(['rsa2048', 'p384'] as const)(
      'signs there as here (%s), and cannot be read there',
      async (algorithm) => {
        const { a, b } = gates;
        const record = await receive(b, await share(a, b, algorithm));
        expect(record.shared).toBe(true);
        await activateTerminalKey(b.state, record.id, roots, now);
        const profile = record.certificate?.profile ?? '';
        const key = (await openTerminalKeys(b.token, b.state)).active(profile, now);
        const message = Buffer.from('challenge');
        expect(verifiesWith(key.certificate.publicKey, message, await key.sign(message))).toBe(true);
        const stored = { kind: 'private', label: KEY_LABELS.terminal, id: record.id } as const;
        const leaks = await readOutLeaks(b.token, { key: stored, extractable: false });
        expect(leaks.filter(({ how }) => to === 'SoftHSM' || !how.includes('wraps'))).toEqual([]);
      },
    );
  },
);

describe('a shared terminal key', () => {
  let gates: Awaited<ReturnType<typeof twoGates>>;

  beforeAll(async () => {
    gates = await twoGates('SoftHSM', 'SoftHSM');
  });

  afterAll(() => {
    gates.end();
  });

  it('is taken by the gate it was wrapped for alone, once, and unchanged', async () => {
    const { a, b } = gates;
    const file = await share(a, b, 'p384');
    await expect(receive(a, file)).rejects.toMatchObject({ code: 'key-exists' });
    const own = Buffer.from(a.transport.fingerprint).toString('base64');
    await expect(receive(b, { ...file, recipient: own })).rejects.toMatchObject({ code: 'wrong-recipient' });
    const flipped = Buffer.from(file.wrappedKey, 'base64');
    flipped[40] = flipped.readUInt8(40) ^ 1;
    await expect(receive(b, { ...file, wrappedKey: flipped.toString('base64') })).rejects.toThrow();
    await expect(receive(b, { ...file, more: true })).rejects.toMatchObject({ code: 'malformed' });
    await receive(b, file);
    await expect(receive(b, file)).rejects.toMatchObject({ code: 'key-exists' });
  });

  it('is what it was made as: a key made for one gate does not leave', async () => {
    const { a, b } = gates;
    const made = await requestTerminalKey(a.token, a.state, { gate: 'a', algorithm: 'p384', now });
    await installTerminalCertificate(a.token, a.state, p384.issue(made.request), roots, now);
    const sharing = shareTerminalKey(a.token, a.state, made.record.id, b.recipient);
    await expect(sharing).rejects.toMatchObject({ code: 'wrong-state' });
  });
});
