// Certificate revocation lists, as described: whatever is wrong with one is wrong on purpose.
import type { KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import { distributionPointName } from './names.ts';
import type { Purpose } from './generations.ts';
import { authorityKeyIdentifier } from './certificates.ts';
import { extension, signatureAlgorithm, signed } from './signed.ts';

/** RFC 5280's reasons by name. */
export const reasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type Reason = keyof typeof reasons;

export interface RevokedEntry {
  readonly serial: bigint;
  readonly at: Date;
  readonly reason?: Reason;
  /** More extensions of this entry, as they are. */
  readonly extensions?: readonly Uint8Array[];
}

export interface CrlDescription {
  readonly issuer: Uint8Array;
  readonly issuerKey: KeyObject;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly revoked: readonly RevokedEntry[];
  /** All CRL extensions; `crlExtensions` writes the usual ones. None: the field is left out. */
  readonly extensions: readonly Uint8Array[];
  /** As written in the version field (1 is version 2); `null` leaves it out. */
  readonly version?: number | null;
  /** The algorithm inside, where it is to differ from the one outside. */
  readonly innerAlgorithm?: Uint8Array;
}

export function writeCrl(description: CrlDescription): Uint8Array {
  const { issuerKey, revoked, extensions, version = 1 } = description;
  const tbs = der.sequence(
    ...(version === null ? [] : [der.integer(version)]),
    description.innerAlgorithm ?? signatureAlgorithm(issuerKey),
    description.issuer,
    der.time(description.thisUpdate),
    ...(description.nextUpdate === undefined ? [] : [der.time(description.nextUpdate)]),
    ...(revoked.length === 0 ? [] : [der.sequence(...revoked.map(writeEntry))]),
    ...(extensions.length === 0 ? [] : [der.explicit(0, der.sequence(...extensions))]),
  );
  return signed(issuerKey, tbs);
}

export function writeEntry(entry: RevokedEntry): Uint8Array {
  const extensions = [
    ...(entry.reason === undefined ? [] : [extension('2.5.29.21', der.enumerated(reasons[entry.reason]))]),
    ...(entry.extensions ?? []),
  ];
  return der.sequence(
    der.integer(entry.serial),
    der.time(entry.at),
    ...(extensions.length === 0 ? [] : [der.sequence(...extensions)]),
  );
}

/** The extensions of an ordinary CRL of a purpose. */
export function crlExtensions(purpose: Purpose, issuerKey: KeyObject, number: bigint): Uint8Array[] {
  return [
    extension('2.5.29.35', authorityKeyIdentifier(issuerKey)),
    crlNumber(number),
    issuingDistributionPoint({ name: distributionPointName(purpose) }),
  ];
}

export function crlNumber(number: bigint, critical = false): Uint8Array {
  return extension('2.5.29.20', der.integer(number), critical);
}

export interface IssuingDistributionPoint {
  readonly name?: Uint8Array;
  readonly onlyUserCertificates?: boolean;
  readonly onlyCaCertificates?: boolean;
  readonly onlySomeReasons?: readonly number[];
  readonly indirect?: boolean;
  readonly onlyAttributeCertificates?: boolean;
}

export function issuingDistributionPoint(point: IssuingDistributionPoint, critical = true): Uint8Array {
  const flag = (tag: number, on: boolean | undefined): Uint8Array[] =>
    on === true ? [der.implicit(tag, der.boolean(true))] : [];
  const fullName = (name: Uint8Array): Uint8Array =>
    der.explicit(0, der.implicit(0, der.sequence(der.explicit(4, name))));
  return extension(
    '2.5.29.28',
    der.sequence(
      ...(point.name === undefined ? [] : [fullName(point.name)]),
      ...flag(1, point.onlyUserCertificates),
      ...flag(2, point.onlyCaCertificates),
      ...(point.onlySomeReasons === undefined
        ? []
        : [der.implicit(3, der.namedBits(...point.onlySomeReasons))]),
      ...flag(4, point.indirect),
      ...flag(5, point.onlyAttributeCertificates),
    ),
    critical,
  );
}
