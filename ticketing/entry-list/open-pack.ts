import { z } from 'zod';
import { openContainer, openSections } from './container.ts';
import { EntryListError } from './entry-list-error.ts';
import { openEntryList, type EntryList, type OpenListOptions } from './entry-list.ts';
import { checkForWhom, listIdentity } from './manifest.ts';
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
  const { manifest: signed, digest, sectionsAt } = openContainer('pack', bytes, options.verifyKeys);
  const manifest = decodeFields(packManifest, signed);
  checkForWhom(manifest, options);
  const sections = openSections(bytes, sectionsAt, manifest.sections, ['list', 'contents']);
  const list = openEntryList(sections.list, options);
  const { event, session, gateGroup, version } = list.manifest;
  checkForWhom(manifest, { event, session, gateGroup });
  if (version !== manifest.version) {
    throw new EntryListError(
      'unknown-content',
      'The pack and the list in it differ in version; export it again.',
    );
  }
  return { manifest, digest, list, contents: decodeFields(packContents, sections.contents) };
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
