import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { keyFingerprint } from '../../hsm/keys/transport-key.ts';
import { p256PointOfSpki, p256PublicKey } from '../../hsm/seal/p256-signature.ts';
import { readListKeys } from '../pack/list-keys.ts';
import { SyncError } from './sync-error.ts';

/** A list-signing key that the service named, as people compare it, and the file that has it now. */
export interface NamedListKey {
  readonly fingerprint: string;
  readonly file?: string;
}

/**
 * Takes over the list-signing keys that the service names, into those files of the configuration that are
 * not there yet. Keys that are there were put there by a person and stay: where none of them is the service's
 * and no file is free, whatever the service sends would be refused, and that is said now.
 *
 * @example
 * const keys = takeListKeys(config.listKeys, answer.listKeys); // for people to compare
 */
export function takeListKeys(files: readonly string[], pems: readonly string[]): NamedListKey[] {
  const named = pems.map((pem) => ({ pem, point: pointOf(pem) }));
  const missing = files.filter((file) => !existsSync(file));
  const trusted = new Set(
    files.filter((file) => !missing.includes(file)).map((file) => hex(readListKeys([file])[0]?.publicKey)),
  );
  const isKnown = named.some(({ point }) => trusted.has(hex(point)));
  if (!isKnown && missing.length === 0) {
    throw new SyncError(
      'other-keys',
      `None of the service’s list-signing keys (${named.map(({ point }) => fingerprintOf(point)).join(', ')}) is trusted by this gate: compare them with the organiser’s screen, and name the right one in "listKeys".`,
    );
  }
  return named.map(({ pem, point }) => {
    const fingerprint = fingerprintOf(point);
    const file = trusted.has(hex(point)) ? undefined : missing.shift();
    if (file !== undefined) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, pem, { flag: 'wx', mode: 0o644 });
    }
    return { fingerprint, ...(file === undefined ? {} : { file }) };
  });
}

function pointOf(pem: string): Uint8Array {
  try {
    if (!pem.startsWith('-----BEGIN PUBLIC KEY-----')) throw new TypeError('no public key');
    return p256PointOfSpki(createPublicKey(pem).export({ type: 'spki', format: 'der' }));
  } catch (cause) {
    throw new SyncError(
      'not-understood',
      'What the service names as its list-signing key is not a P-256 public key; ask its operator.',
      { cause },
    );
  }
}

function fingerprintOf(point: Uint8Array): string {
  return Buffer.from(keyFingerprint(p256PublicKey(point))).toString('hex');
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
