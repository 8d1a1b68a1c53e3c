import type { VerifyKey } from '../../hsm/seal/seal.ts';
import { openContainer } from './container.ts';
import { Layer } from './layer.ts';
import {
  deltaFormat,
  deltaManifest,
  fileId,
  listFormat,
  listManifest,
  type DeltaManifest,
  type ListManifest,
} from './manifest.ts';
import { decodeFields } from './signed-fields.ts';

/** A file whose signature and every digest hold. Whom and when it is for has not been looked at. */
export interface VerifiedFile<Manifest> {
  readonly manifest: Manifest;
  readonly digest: Uint8Array;
  readonly layer: Layer;
}

/** Verifies a list whole. To admit by it, use `openEntryList`. */
export function verifyListFile(bytes: Uint8Array, keys: readonly VerifyKey[]): VerifiedFile<ListManifest> {
  const { manifest: signed, digest, sectionsAt } = openContainer('list', bytes, keys);
  const manifest = decodeFields(listManifest, signed);
  return { manifest, digest, layer: Layer.ofList(bytes, sectionsAt, manifest, fileId(listFormat, manifest)) };
}

/** Verifies a delta whole. */
export function verifyDeltaFile(bytes: Uint8Array, keys: readonly VerifyKey[]): VerifiedFile<DeltaManifest> {
  const { manifest: signed, digest, sectionsAt } = openContainer('delta', bytes, keys);
  const manifest = decodeFields(deltaManifest, signed);
  return {
    manifest,
    digest,
    layer: Layer.ofDelta(bytes, sectionsAt, manifest, fileId(deltaFormat, manifest)),
  };
}
