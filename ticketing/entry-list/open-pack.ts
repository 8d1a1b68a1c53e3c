import { z } from 'zod';
import type { VerifyKey } from '../../hsm/seal/seal.ts';
import { openContainer, openSections } from './container.ts';
import { EntryListError } from './entry-list-error.ts';
import { openEntryList, type EntryList, type OpenListOptions } from './entry-list.ts';
import { checkForWhom, listIdentity, listManifest } from './manifest.ts';
import { packContents, type PackContents } from './pack-contents.ts';
import { decodeFields, sectionsField, timeField } from './signed-fields.ts';

export const packFormat = 'kazasu/pack/v1';

export const packManifest = z.strictObject({
  format: z.literal(packFormat),
  ...listIdentity,
  issuedAt: timeField,
  sections: sectionsField,
});
export type PackManifest = z.output<typeof packManifest>;

/** What a gate is handed for a session, verified whole. */
export interface Pack {
  readonly manifest: PackManifest;
  /** Names exactly this file: the SHA-256 of its sealed manifest. */
  readonly digest: Uint8Array;
  readonly list: EntryList;
  readonly contents: PackContents;
}

/**
 * Opens a pack: its own signature and digests, then its list as `openEntryList` does, for the same event,
 * session, gate group and version. Any fault refuses it whole.
 *
 * @example
 * const { list, contents } = openPack(await readFile(path), { verifyKeys, gateGroup: 'north', now: new Date() });
 */
export function openPack(bytes: Uint8Array, options: OpenListOptions): Pack {
  const { list, ...pack } = verifyPackFile(bytes, options.verifyKeys);
  checkForWhom(pack.manifest, options);
  return { ...pack, list: openEntryList(list, options) };
}

/** A pack verified whole; whom and when it is for has not been looked at. `list` is the list's file. */
export function verifyPackFile(
  bytes: Uint8Array,
  keys: readonly VerifyKey[],
): Omit<Pack, 'list'> & { readonly list: Uint8Array } {
  const { manifest: signed, digest, sectionsAt } = openContainer('pack', bytes, keys);
  const manifest = decodeFields(packManifest, signed);
  const sections = openSections(bytes, sectionsAt, manifest.sections, ['list', 'contents']);
  const contents = decodeFields(packContents, sections.contents);
  const inside = decodeFields(listManifest, openContainer('list', sections.list, keys).manifest);
  const fields = ['event', 'session', 'gateGroup', 'version'] as const;
  if (fields.some((field) => inside[field] !== manifest[field])) {
    throw new EntryListError(
      'unknown-content',
      'The pack and the list in it are not for the same; export it again.',
    );
  }
  return { manifest, digest, contents, list: sections.list };
}

/** The event key that was wrapped to a gate, by its transport key's fingerprint. */
export function wrappedKeyFor({ contents }: Pack, fingerprint: Uint8Array): Uint8Array {
  const found = contents.wrappedKeys.find(({ recipient }) => Buffer.compare(recipient, fingerprint) === 0);
  if (found === undefined) {
    throw new EntryListError(
      'other-gate-group',
      'The pack holds no key for this gate; enrol the gate and export the pack again.',
    );
  }
  return found.wrapped;
}
