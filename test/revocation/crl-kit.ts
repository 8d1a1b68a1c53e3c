// What the described lists are made with.
import { constants, sign, type KeyObject } from 'node:crypto';
import type { CertificateAuthority } from '../authority/certificate-authority.ts';
import {
  crlExtensions,
  crlNumber,
  issuingDistributionPoint,
  writeCrl,
  type CrlDescription,
  type IssuingDistributionPoint,
  type Reason,
} from '../authority/crl.ts';
import { distributionPointName, nameOf } from '../authority/names.ts';
import { signatureAlgorithm, signed } from '../authority/signed.ts';
import * as der from '../encoding/der.ts';
import type { RevocationErrorCode } from '../../hsm/revocation/revocation-error.ts';

/** What the cases are made with. The certificate asked about is one that `ca` signed. */
export interface CrlKit {
  readonly ca: CertificateAuthority;
  /** Another generation: the same name, another key; configured, too. */
  readonly otherGeneration: CertificateAuthority;
  /** The same name, a key that nobody configured. */
  readonly stranger: CertificateAuthority;
  readonly serial: bigint;
  readonly now: Date;
}

export interface CrlCase {
  readonly name: string;
  readonly make: (kit: CrlKit) => Uint8Array;
  /** Where the list does not count: why. Where it does: what it makes of the certificate. */
  readonly expected: RevocationErrorCode | 'good' | 'revoked' | 'unknown';
  readonly openssl: 'good' | 'revoked' | 'refused';
  /** Why openssl's answer is another: only where it is. */
  readonly because?: string;
}

export const hour = 3_600_000;

export function later(date: Date, by: number): Date {
  return new Date(date.getTime() + by);
}

export function list(kit: CrlKit, changes: Partial<CrlDescription> = {}): Uint8Array {
  return writeCrl(describe(kit, changes));
}

export function describe(kit: CrlKit, changes: Partial<CrlDescription> = {}): CrlDescription {
  const { ca, now } = kit;
  return {
    issuer: ca.name,
    issuerKey: ca.key,
    thisUpdate: later(now, -hour),
    nextUpdate: later(now, hour),
    revoked: [{ serial: kit.serial + 1n, at: later(now, -2 * hour), reason: 'superseded' }],
    extensions: crlExtensions('authentication', ca.key, 7n),
    ...changes,
  };
}

/** The certificate itself is listed. */
export function listing(
  kit: CrlKit,
  reason?: Reason,
  at = later(kit.now, -2 * hour),
): Partial<CrlDescription> {
  return { revoked: [{ serial: kit.serial, at, ...(reason === undefined ? {} : { reason }) }] };
}

/** The usual extensions, with this distribution point in place of the usual one. */
export function point(value: IssuingDistributionPoint, critical = true): Partial<CrlDescription> {
  return { extensions: [crlNumber(7n), issuingDistributionPoint(value, critical)] };
}

export const own = distributionPointName('authentication');
export const elsewhere = nameOf(['C', 'JP'], ['CN', 'elsewhere']);

/** A list of parts as given, signed as it stands: for what no description can say. */
export function parts(kit: CrlKit, ...given: readonly Uint8Array[]): Uint8Array {
  return signed(kit.ca.key, der.sequence(...given));
}

export function head(
  kit: CrlKit,
  times = [der.time(later(kit.now, -hour)), der.time(later(kit.now, hour))],
): Uint8Array[] {
  return [der.integer(1), signatureAlgorithm(kit.ca.key), kit.ca.name, ...times];
}

export function tail(kit: CrlKit, ...more: readonly Uint8Array[]): Uint8Array {
  return der.explicit(0, der.sequence(...crlExtensions('authentication', kit.ca.key, 7n), ...more));
}

export function entry(kit: CrlKit, ...content: readonly Uint8Array[]): Uint8Array {
  return der.sequence(der.integer(kit.serial), der.time(later(kit.now, -hour)), ...content);
}

/** Signed in a way other than the two that count. */
export function signedWith(
  kit: CrlKit,
  algorithm: Uint8Array,
  signature: (tbs: Uint8Array) => Uint8Array,
): Uint8Array {
  const [, , ...rest] = head(kit);
  const tbs = der.sequence(der.integer(1), algorithm, ...rest, tail(kit));
  return der.sequence(tbs, algorithm, der.bitString(signature(tbs)));
}

export function pss(key: KeyObject): (tbs: Uint8Array) => Uint8Array {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return (tbs) => sign('sha256', tbs, { key, padding, saltLength: 32 });
}
