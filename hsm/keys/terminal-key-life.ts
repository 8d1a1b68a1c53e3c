import { createPublicKey } from 'node:crypto';
import {
  encodeTerminalCertificate,
  parseTerminalCertificate,
  TerminalCertificateError,
  verifyTerminalCertificate,
  type TerminalCertificate,
} from '../terminal-certificate/terminal-certificate.ts';
import type { TerminalRoot } from '../trust/terminal-root.ts';
import { requireKept } from '../token/check-token.ts';
import { destroyKey, publicKeyOf } from '../token/find-key.ts';
import { makeEcKeyPair, makeRsaKeyPair } from '../token/make-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import type { Token } from '../token/token.ts';
import type { Custody } from './custody.ts';
import { KeyError } from './key-error.ts';
import { KEY_LABELS } from './labels.ts';
import {
  activeAt,
  readRegister,
  recordOf,
  writeRegister,
  type TerminalKeyRecord,
} from './terminal-key-register.ts';
import type { TerminalKeyAlgorithm } from './terminal-key.ts';
import { terminalSigner } from './terminal-signer.ts';
import { writeTerminalRequest, type TerminalRequestFile } from './terminal-request.ts';

export interface RequestOptions {
  readonly gate: string;
  readonly algorithm: TerminalKeyAlgorithm;
  /** Make it so that it can be wrapped to other gates. */
  readonly shared?: boolean;
  /** The key that this one is to take over from. */
  readonly renews?: string;
  readonly now: Date;
  readonly custody?: Custody;
}

/**
 * Makes a terminal key in the token, and the request to have it certified. The private half cannot leave
 * the token, unless several gates are to share it: then it can leave wrapped.
 *
 * @example
 * const { record, request } = await requestTerminalKey(token, state, { gate: 'north-1', algorithm: 'rsa2048', now });
 */
export async function requestTerminalKey(
  token: Token,
  folder: string,
  options: RequestOptions,
): Promise<{ record: TerminalKeyRecord; request: TerminalRequestFile }> {
  const { gate, algorithm, shared = false, now } = options;
  await requireMechanisms(token, `terminal-${algorithm}`, ...(shared ? (['shared-terminal'] as const) : []));
  const register = await readRegister(folder);
  const renews = options.renews === undefined ? {} : { renews: recordOf(register, options.renews).id };
  const label = KEY_LABELS.terminal;
  const key =
    algorithm === 'rsa2048'
      ? await makeRsaKeyPair(token, { label, use: 'sign', extractable: shared })
      : await makeEcKeyPair(token, { label, curve: 'P-384', extractable: shared });
  if (options.custody !== 'believed') await requireKept(token, key, shared);
  const publicKey = await publicKeyOf(token, key);
  const sign = await terminalSigner(token, key.id, algorithm);
  const request = await writeTerminalRequest({ gate, algorithm, publicKey }, sign);
  const record = {
    id: key.id,
    gate,
    algorithm,
    spki: request.spki,
    madeAt: now.toISOString(),
    shared,
    ...renews,
  };
  await writeRegister(folder, { ...register, keys: [...register.keys, record] });
  return { record, request };
}

/** A certificate that a trusted J-LIS key stands behind, and for which card profile. */
interface Vouched {
  readonly certificate: TerminalCertificate;
  readonly profile: string;
}

/**
 * Installs what J-LIS sent back: a certificate for one of this token's keys, by a trusted terminal root
 * key, in date. Installed again it changes nothing.
 */
export async function installTerminalCertificate(
  token: Token,
  folder: string,
  bytes: Uint8Array,
  roots: readonly TerminalRoot[],
  now: Date,
): Promise<TerminalKeyRecord> {
  const { certificate, profile } = vouchedFor(bytes, roots, now);
  const register = await readRegister(folder);
  const record = register.keys.find((key) => createPublicKey(key.spki).equals(certificate.publicKey));
  if (record === undefined)
    throw new KeyError(
      'wrong-key',
      'The certificate is for another key than those requested here. Install it at the gate that asked for it.',
    );
  requireLive(record);
  // The register only says which key it should be; the token says whether it holds it.
  const held = await publicKeyOf(token, { kind: 'private', label: KEY_LABELS.terminal, id: record.id });
  if (!held.equals(certificate.publicKey))
    throw new KeyError('wrong-key', 'The key in the token is not the one that the certificate is for.');
  const installed: TerminalKeyRecord = {
    ...record,
    certificate: {
      profile,
      bytes: Buffer.from(encodeTerminalCertificate(certificate)).toString('base64'),
      installedAt: record.certificate?.installedAt ?? now.toISOString(),
    },
  };
  const keys = register.keys.map((key) => (key.id === record.id ? installed : key));
  await writeRegister(folder, { ...register, keys });
  return installed;
}

/** Lets a key with a certificate serve its profile's cards, from `from` on. */
export async function activateTerminalKey(
  folder: string,
  id: string,
  roots: readonly TerminalRoot[],
  from: Date,
): Promise<TerminalKeyRecord> {
  const register = await readRegister(folder);
  const record = recordOf(register, id);
  requireLive(record);
  if (record.certificate === undefined)
    throw new KeyError('wrong-state', 'The key has no certificate yet. Install what J-LIS sent back first.');
  // Trust may have changed since it was installed, and its dates must hold when its turn comes.
  vouchedFor(Buffer.from(record.certificate.bytes, 'base64'), roots, from, record.certificate.profile);
  const turn = { profile: record.certificate.profile, id: record.id, from: from.toISOString() };
  await writeRegister(folder, { ...register, turns: [...register.turns, turn] });
  return record;
}

/** Destroys a terminal key in the token. Its record stays, to say that it was and is no more. */
export async function destroyTerminalKey(
  token: Token,
  folder: string,
  id: string,
  options: { readonly now: Date; readonly evenActive: boolean },
): Promise<TerminalKeyRecord> {
  const register = await readRegister(folder);
  const record = recordOf(register, id);
  requireLive(record);
  const profile = record.certificate?.profile;
  if (
    !options.evenActive &&
    profile !== undefined &&
    activeAt(register, profile, options.now)?.id === record.id
  )
    throw new KeyError(
      'wrong-state',
      'This key is the active one: without it the gate admits nobody. Activate another first, or add --even-active.',
    );
  await destroyKey(token, { kind: 'private', label: KEY_LABELS.terminal, id: record.id });
  const destroyed = { ...record, destroyedAt: options.now.toISOString() };
  await writeRegister(folder, {
    ...register,
    keys: register.keys.map((key) => (key.id === record.id ? destroyed : key)),
    turns: register.turns.filter((turn) => turn.id !== record.id),
  });
  return destroyed;
}

/** Refuses a certificate that no trusted terminal root key stands behind. */
export function vouchedFor(
  bytes: Uint8Array,
  roots: readonly TerminalRoot[],
  at: Date,
  profile?: string,
): Vouched {
  const certificate = parseTerminalCertificate(bytes);
  let refusal: TerminalCertificateError | undefined;
  for (const root of roots) {
    if (profile !== undefined && root.profile !== profile) continue;
    try {
      const reference = root.reference === undefined ? {} : { rootReference: root.reference };
      verifyTerminalCertificate(certificate, { rootKey: root.publicKey, ...reference, at });
      return { certificate, profile: root.profile };
    } catch (error) {
      if (!(error instanceof TerminalCertificateError)) throw error;
      // The right root's complaint (its dates, say) tells more than another root's "not mine".
      if (refusal === undefined || NOT_MINE.has(refusal.code)) refusal = error;
    }
  }
  throw new KeyError(
    'untrusted',
    refusal === undefined
      ? 'No J-LIS terminal root key is trusted yet. Add it with "trust add --profile".'
      : `No trusted J-LIS terminal root key stands behind the certificate. ${refusal.message}`,
    { cause: refusal },
  );
}

const NOT_MINE: ReadonlySet<string> = new Set(['wrong-issuer', 'bad-signature']);

/** Refuses a key that was destroyed. */
export function requireLive(record: TerminalKeyRecord): void {
  if (record.destroyedAt !== undefined)
    throw new KeyError(
      'wrong-state',
      `The terminal key ${record.id} was destroyed on ${record.destroyedAt}.`,
    );
}
