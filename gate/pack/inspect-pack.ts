import { createHash } from 'node:crypto';
import type { VerifyKey } from '../../hsm/seal/seal.ts';
import { claimedKind } from '../../ticketing/entry-list/container.ts';
import type { ListManifest } from '../../ticketing/entry-list/manifest.ts';
import { verifyPackFile } from '../../ticketing/entry-list/open-pack.ts';
import type { PackRules } from '../../ticketing/entry-list/pack-contents.ts';
import { verifyDeltaFile, verifyListFile } from '../../ticketing/entry-list/verify-file.ts';

interface Identity {
  readonly event: string;
  readonly session: string;
  readonly gateGroup: string;
  readonly version: number;
  readonly issuedAt: Date;
}

interface InspectedList extends Identity {
  readonly valid: 'now' | 'not-yet' | 'no-longer';
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly entries: number;
  readonly revoked: number;
}

/** What a file says of itself, once its signature and every digest have been checked. */
export type Inspected =
  | ({ readonly kind: 'list' } & InspectedList)
  | ({
      readonly kind: 'delta';
      readonly base: number;
      readonly written: number;
      readonly withdrawn: number;
      readonly revoked: number;
    } & Identity)
  | ({
      readonly kind: 'pack';
      readonly names: { readonly event: string; readonly session: string };
      readonly startsAt: Date;
      /** Fingerprints of the transport keys that the event key is wrapped to. */
      readonly gates: readonly string[];
      /** SHA-256 of each root. */
      readonly roots: readonly string[];
      readonly crls: number;
      readonly rules: PackRules;
    } & InspectedList);

/** Verifies a pack, list or delta and says what it is; it may be for another gate, or for another day. */
export function inspectPack(bytes: Uint8Array, keys: readonly VerifyKey[], now: Date): Inspected {
  switch (claimedKind(bytes)) {
    case 'list':
      return { kind: 'list', ...inspectList(bytes, keys, now) };
    case 'delta':
      return inspectDelta(bytes, keys);
    case 'pack':
    case undefined:
      return inspectWhole(bytes, keys, now);
  }
}

function inspectWhole(bytes: Uint8Array, keys: readonly VerifyKey[], now: Date): Inspected {
  const { list, contents } = verifyPackFile(bytes, keys);
  return {
    kind: 'pack',
    names: { event: contents.texts.event.ja, session: contents.texts.session.ja },
    ...inspectList(list, keys, now),
    startsAt: contents.startsAt,
    gates: contents.wrappedKeys.map(({ recipient }) => hex(recipient)),
    roots: contents.roots.map((root) => hex(createHash('sha256').update(root).digest())),
    crls: contents.crls.length,
    rules: contents.rules,
  };
}

function inspectList(bytes: Uint8Array, keys: readonly VerifyKey[], now: Date): InspectedList {
  const { manifest, layer } = verifyListFile(bytes, keys);
  const { event, session, gateGroup, version, issuedAt, validFrom, validUntil, count } = manifest;
  return {
    ...{ event, session, gateGroup, version, issuedAt, validFrom, validUntil },
    valid: validityOf(manifest, now),
    entries: count,
    revoked: layer.revoked.count,
  };
}

function inspectDelta(bytes: Uint8Array, keys: readonly VerifyKey[]): Inspected {
  const { manifest, layer } = verifyDeltaFile(bytes, keys);
  const { event, session, gateGroup, version, issuedAt, base, count } = manifest;
  return {
    kind: 'delta',
    ...{ event, session, gateGroup, version, issuedAt, base },
    written: count,
    withdrawn: layer.withdrawn.count,
    revoked: layer.revoked.count,
  };
}

function validityOf({ issuedAt, validFrom, validUntil }: ListManifest, now: Date): InspectedList['valid'] {
  if (now > validUntil) return 'no-longer';
  return now < validFrom || now < issuedAt ? 'not-yet' : 'now';
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
