import type { Signer } from '../../hsm/keys/signer.ts';
import { verifyKey } from '../../hsm/seal/seal.ts';
import { headsOf, writeContainer } from './container.ts';
import { EntryListError } from './entry-list-error.ts';
import { packContents, type PackContents } from './pack-contents.ts';
import { packFormat, packManifest } from './open-pack.ts';
import { encodeFields } from './signed-fields.ts';
import { verifyListFile } from './verify-file.ts';

export interface PackToWrite {
  /** The entry list, signed by the same key. The pack is for the event, session, gate group and version that it names. */
  readonly list: Uint8Array;
  readonly contents: PackContents;
  readonly issuedAt: Date;
  readonly signer: Signer;
}

/**
 * Writes a pack: all that a gate needs for a session, as one file, signed as a whole.
 *
 * @example
 * const pack = await writePack({ list, contents, issuedAt: now, signer });
 */
export async function writePack({ list, contents, issuedAt, signer }: PackToWrite): Promise<Uint8Array> {
  const { event, session, gateGroup, version } = verifyListFile(list, [verifyKey(signer.publicKey)]).manifest;
  const recipients = new Set(
    contents.wrappedKeys.map(({ recipient }) => Buffer.from(recipient).toString('hex')),
  );
  if (recipients.size !== contents.wrappedKeys.length) {
    throw new EntryListError('cannot-write', 'A gate has two wrapped keys in the pack; give it one.');
  }
  const sections = [
    { name: 'list', bytes: list },
    { name: 'contents', bytes: encodeFields(packContents, contents) },
  ];
  const head = {
    format: packFormat,
    event,
    session,
    gateGroup,
    version,
    issuedAt,
    sections: headsOf(sections),
  } as const;
  return writeContainer('pack', encodeFields(packManifest, head), sections, signer);
}
