import type { Certificate } from '../certificate/certificate.ts';
import { contextConstructed, DerError, DerReader, Tag } from '../der/der.ts';
import { readDistributionPointName } from './crl-extensions.ts';
import { refuseRevocation, RevocationError } from './revocation-error.ts';

const CRL_DISTRIBUTION_POINTS = '2.5.29.31';

/** What of a certificate must be known to look it up: so that it can be asked about without being kept. */
export interface RevocationSubject {
  /** Without leading zeros. */
  readonly serial: Uint8Array;
  /** Where its lists are published, GeneralName by GeneralName. */
  readonly distributionPoints: readonly Uint8Array[];
}

/** What of this certificate its revocation is looked up by. */
export function revocationSubject(certificate: Certificate): RevocationSubject {
  const points = certificate.extensions.get(CRL_DISTRIBUTION_POINTS);
  try {
    return {
      serial: certificate.serial,
      distributionPoints: points === undefined ? [] : readDistributionPoints(points.value),
    };
  } catch (error) {
    if (error instanceof DerError) refuseRevocation('malformed', { cause: error });
    throw error;
  }
}

/** The names of those points whose lists are whole and by the issuer; others do not count here. */
function readDistributionPoints(value: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = [];
  const reader = new DerReader(value);
  const outside = reader.open(Tag.sequence);
  do {
    const point = new DerReader(reader.content(Tag.sequence));
    const found = point.nextTag === contextConstructed(0) ? readNames(point) : [];
    const plain = !point.hasMore(); // else reasons, or another issuer: an indirect list
    if (plain) names.push(...found);
  } while (reader.hasMore());
  reader.close(outside);
  reader.done();
  return names;
}

/** A point named relative to its issuer is one that no list here can match. */
function readNames(reader: DerReader): Uint8Array[] {
  try {
    return readDistributionPointName(reader);
  } catch (error) {
    if (error instanceof RevocationError && error.code === 'relative-distribution-point') return [];
    throw error;
  }
}
