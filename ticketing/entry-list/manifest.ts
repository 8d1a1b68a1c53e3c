import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeCanonical } from '../../hsm/seal/canonical-cbor.ts';
import { EntryListError } from './entry-list-error.ts';
import { hashLength, mostRows, mostSealedBytes, gcmTagLength } from './limits.ts';
import { bytesField, nameField, sectionsField, timeField, versionField } from './signed-fields.ts';

export const listFormat = 'kazasu/entry-list/v1';
export const deltaFormat = 'kazasu/entry-list-delta/v1';

/** What a list is for. Version numbers rise within one event and session. */
export interface ListIdentity {
  readonly event: string;
  readonly session: string;
  readonly gateGroup: string;
  readonly version: number;
}

/** The fields by which lists, deltas and packs say what they are for. */
export const listIdentity = {
  event: nameField,
  session: nameField,
  gateGroup: nameField,
  version: versionField,
};
const rows = {
  salt: bytesField(hashLength),
  count: z.int().min(0).max(mostRows),
  recordSize: z.int().min(gcmTagLength).max(mostSealedBytes),
  sections: sectionsField,
};

export const listManifest = z.strictObject({
  format: z.literal(listFormat),
  ...listIdentity,
  issuedAt: timeField,
  validFrom: timeField,
  validUntil: timeField,
  ...rows,
});
export type ListManifest = z.output<typeof listManifest>;

export const deltaManifest = z.strictObject({
  format: z.literal(deltaFormat),
  ...listIdentity,
  /** The version that this changes, and the digest of its sealed manifest. */
  base: versionField,
  baseDigest: bytesField(32),
  issuedAt: timeField,
  ...rows,
});
export type DeltaManifest = z.output<typeof deltaManifest>;

/** The file's id: 32 bytes that every key and every sealed row in it is bound to. */
export function fileId(format: string, { event, session, gateGroup, version }: ListIdentity): Uint8Array {
  const parts = encodeCanonical([format, event, session, gateGroup, version]);
  return Uint8Array.from(createHash('sha256').update(parts).digest());
}

export interface ForWhom {
  readonly gateGroup: string;
  /** Where given, no list of another event or session is taken. */
  readonly event?: string;
  readonly session?: string;
}

/** Refuses a file for another gate group, event or session. */
export function checkForWhom(file: ListIdentity, { gateGroup, event, session }: ForWhom): void {
  if (file.gateGroup !== gateGroup) {
    throw new EntryListError(
      'other-gate-group',
      'The file is for another gate group than this gate belongs to; take the one for its own group.',
    );
  }
  if ((event !== undefined && file.event !== event) || (session !== undefined && file.session !== session)) {
    throw new EntryListError(
      'other-session',
      'The file is for another event or session; take the right one.',
    );
  }
}

/** Refuses a list outside the time for which it was issued. Both ends included. */
export function checkTimes(
  { issuedAt, validFrom, validUntil }: Pick<ListManifest, 'issuedAt' | 'validFrom' | 'validUntil'>,
  now: Date,
): void {
  if (now < validFrom || now < issuedAt) {
    throw new EntryListError(
      'not-yet-valid',
      "The list is not valid yet by this machine's clock; check the clock, or take it when it is.",
    );
  }
  if (now > validUntil) {
    throw new EntryListError('expired', 'The list is no longer valid; fetch the newest one.');
  }
}
