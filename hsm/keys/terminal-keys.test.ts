import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeTokenBed, MODULE_KINDS, type TokenBed } from '../../test/token/modules.ts';
import { TerminalIssuer } from '../../test/token/terminal-issuer.ts';
import { findKeys } from '../token/find-key.ts';
import { openToken, type Token } from '../token/token.ts';
import { KEY_LABELS } from './labels.ts';
import {
  activateTerminalKey,
  destroyTerminalKey,
  installTerminalCertificate,
  requestTerminalKey,
} from './terminal-key-life.ts';
import { readRegister, type TerminalKeyRecord } from './terminal-key-register.ts';
import { openTerminalKeys } from './terminal-keys.ts';
import type { TerminalRequestFile } from './terminal-request.ts';
import { verifiesWith } from './verifies-with.ts';

const message = Buffer.from('challenge');
const HOUR = 3_600_000;
const issuers = {
  'jpki-rsa': new TerminalIssuer('jpki-rsa'),
  'eac-rsa': new TerminalIssuer('eac-rsa'),
  'eac-p384': new TerminalIssuer('eac-p384'),
} as const;
const stranger = new TerminalIssuer('jpki-rsa');
const roots = Object.values(issuers).map(({ root }) => root);

describe.each(MODULE_KINDS)('a terminal key in %s', (kind) => {
  const now = new Date();
  let bed: TokenBed;
  let token: Token;
  let state: string;

  beforeAll(async () => {
    bed = makeTokenBed(kind, ['gate', 'other gate']);
    token = await openToken(bed.options('gate'));
  });

  afterAll(() => {
    token.close();
    bed.remove();
  });

  beforeEach(() => {
    state = mkdtempSync(join(bed.folder, 'state-'));
  });

  /** SoftHSM is fit, and is held to it; NSS is not, and serves to try everything else. */
  const custody = kind === 'SoftHSM' ? 'tried' : 'believed';

  function request(
    algorithm: 'rsa2048' | 'p384' = 'p384',
    more: { renews?: string } = {},
  ): Promise<{ record: TerminalKeyRecord; request: TerminalRequestFile }> {
    return requestTerminalKey(token, state, { gate: 'north-1', algorithm, now, custody, ...more });
  }

  async function installed(more: { renews?: string } = {}): Promise<TerminalKeyRecord> {
    const made = await request('p384', more);
    return installTerminalCertificate(token, state, issuers['eac-p384'].issue(made.request), roots, now);
  }

  it.each([
    ['jpki-rsa', 'rsa2048', 256],
    ['eac-rsa', 'rsa2048', 256],
    ['eac-p384', 'p384', 96],
  ] as const)('serves %s cards from request to signature', async (profile, algorithm, length) => {
    const made = await request(algorithm);
    const certificate = issuers[profile].issue(made.request);
    const record = await installTerminalCertificate(token, state, certificate, roots, now);
    expect(record.certificate?.profile).toBe(profile);
    await activateTerminalKey(state, record.id, roots, now);
    const key = (await openTerminalKeys(token, state)).active(profile, now);
    const signature = await key.sign(message);
    expect(key).toMatchObject({ id: made.record.id, algorithm });
    expect(signature).toHaveLength(length);
    expect(verifiesWith(key.certificate.publicKey, message, signature)).toBe(true);
  });

  it('is refused a certificate for another gate’s key', async () => {
    await request();
    const other = mkdtempSync(join(tmpdir(), 'kazasu-other-gate-'));
    const made = await requestTerminalKey(token, other, { gate: 'south-2', algorithm: 'p384', now, custody });
    rmSync(other, { recursive: true });
    const certificate = issuers['eac-p384'].issue(made.request);
    const install = installTerminalCertificate(token, state, certificate, roots, now);
    await expect(install).rejects.toMatchObject({ code: 'wrong-key' });
  });

  it('is refused a certificate of an issuer that is not trusted', async () => {
    const made = await request('rsa2048');
    const install = installTerminalCertificate(token, state, stranger.issue(made.request), roots, now);
    await expect(install).rejects.toMatchObject({ code: 'untrusted' });
    const without = installTerminalCertificate(
      token,
      state,
      issuers['jpki-rsa'].issue(made.request),
      [],
      now,
    );
    await expect(without).rejects.toMatchObject({
      code: 'untrusted',
      message: expect.stringContaining('trust add') as string,
    });
  });

  it('is refused a certificate that is out of date, and says so', async () => {
    const made = await request();
    const validity = {
      notBefore: new Date('2024-01-01T00:00:00Z'),
      notAfter: new Date('2024-12-31T00:00:00Z'),
    };
    const expired = issuers['eac-p384'].issue(made.request, validity);
    await expect(installTerminalCertificate(token, state, expired, roots, now)).rejects.toMatchObject({
      code: 'untrusted',
      message: expect.stringContaining('was valid to') as string,
    });
  });

  it('has nothing installed after a certificate was refused', async () => {
    const made = await request('rsa2048');
    const bytes = Uint8Array.from(issuers['jpki-rsa'].issue(made.request));
    bytes[400] = (bytes[400] ?? 0) ^ 1;
    await expect(installTerminalCertificate(token, state, bytes, roots, now)).rejects.toThrow();
    expect((await readRegister(state)).keys[0]?.certificate).toBeUndefined();
  });

  it('does not serve before it has a certificate, nor before it is activated', async () => {
    const made = await request();
    await expect(activateTerminalKey(state, made.record.id, roots, now)).rejects.toMatchObject({
      code: 'wrong-state',
    });
    const bytes = issuers['eac-p384'].issue(made.request);
    await installTerminalCertificate(token, state, bytes, roots, now);
    const keys = await openTerminalKeys(token, state);
    expect(() => keys.active('eac-p384', now)).toThrow(
      expect.objectContaining({ code: 'no-active-key' }) as Error,
    );
  });

  it('is renewed beside the old one, and takes over at its time without a restart', async () => {
    const old = await installed();
    await activateTerminalKey(state, old.id, roots, now);
    const next = await installed({ renews: old.id });
    const at = new Date(now.getTime() + HOUR);
    await activateTerminalKey(state, next.id, roots, at);
    const keys = await openTerminalKeys(token, state);
    expect(next.renews).toBe(old.id);
    expect(keys.active('eac-p384', now).id).toBe(old.id);
    expect(keys.active('eac-p384', new Date(at.getTime() - 1)).id).toBe(old.id);
    expect(keys.active('eac-p384', at).id).toBe(next.id);
  });

  it('is not activated for a time at which its certificate has ended', async () => {
    const record = await installed();
    const late = new Date(now.getTime() + 3 * 365 * 24 * HOUR);
    await expect(activateTerminalKey(state, record.id, roots, late)).rejects.toMatchObject({
      code: 'untrusted',
    });
  });

  it('is gone from the token once destroyed, and its record says so', async () => {
    const record = await installed();
    await destroyTerminalKey(token, state, record.id, { now, evenActive: false });
    const left = await findKeys(token, 'private', KEY_LABELS.terminal);
    expect(left.map(({ id }) => id)).not.toContain(record.id);
    expect((await readRegister(state)).keys[0]?.destroyedAt).toBe(now.toISOString());
    const again = destroyTerminalKey(token, state, record.id, { now, evenActive: false });
    await expect(again).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('is not destroyed by mistake while it is the active one', async () => {
    const record = await installed();
    await activateTerminalKey(state, record.id, roots, now);
    const mistake = destroyTerminalKey(token, state, record.id, { now, evenActive: false });
    await expect(mistake).rejects.toMatchObject({ code: 'wrong-state' });
    await destroyTerminalKey(token, state, record.id, { now, evenActive: true });
    const keys = await openTerminalKeys(token, state);
    expect(() => keys.active('eac-p384', now)).toThrow();
  });

  it('has no private part in the state folder', async () => {
    await installed();
    const text = readFileSync(join(state, 'terminal-keys.json'), 'utf8');
    expect(text).not.toMatch(/PRIVATE/);
  });
});

it('is not made in a token that gives keys away', async () => {
  const bed = makeTokenBed('NSS softokn', ['gate']);
  const token = await openToken(bed.options('gate'));
  const request = requestTerminalKey(token, bed.folder, {
    gate: 'north-1',
    algorithm: 'rsa2048',
    now: new Date(),
  });
  await expect(request).rejects.toMatchObject({ code: 'key-readable' });
  expect(await findKeys(token, 'private', KEY_LABELS.terminal)).toEqual([]);
  expect((await readRegister(bed.folder)).keys).toEqual([]);
  token.close();
  bed.remove();
});
