import { createHash } from 'node:crypto';
import type { Signer } from '../../hsm/keys/signer.ts';
import { openSeal, seal, type VerifyKey } from '../../hsm/seal/seal.ts';
import { SealError } from '../../hsm/seal/seal-error.ts';
import { EntryListError } from './entry-list-error.ts';

/** The kinds of file of this format, by the eight characters that they begin with. */
export const fileKinds = {
  list: { magic: 'KZSLIST1', contentType: 'application/vnd.kazasu.entry-list', name: 'an entry list' },
  delta: { magic: 'KZSDELT1', contentType: 'application/vnd.kazasu.entry-list-delta', name: 'a delta' },
  pack: { magic: 'KZSPACK1', contentType: 'application/vnd.kazasu.pack', name: 'a pack' },
} as const;
export type FileKind = keyof typeof fileKinds;

export interface Section {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A section as the signed manifest tells of it. */
export interface SectionHead {
  readonly name: string;
  readonly length: number;
  readonly digest: Uint8Array;
}

export interface SealedHead {
  /** The signed manifest, in clear. */
  readonly manifest: Uint8Array;
  /** The SHA-256 of the sealed manifest: names this very file. */
  readonly digest: Uint8Array;
  readonly sectionsAt: number;
}

const headLength = 12;
const mostManifestBytes = 16 * 1024 * 1024;
/** What node reads in one go. */
export const mostFileBytes = 2 ** 31 - 1;

/** The kind that the first bytes claim, or undefined. A claim: only opening the file tells. */
export function claimedKind(bytes: Uint8Array): FileKind | undefined {
  const magic = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  const kinds = Object.keys(fileKinds) as FileKind[];
  return kinds.find((kind) => fileKinds[kind].magic === magic);
}

export function headsOf(sections: readonly Section[]): SectionHead[] {
  return sections.map(({ name, bytes }) => ({ name, length: bytes.length, digest: sha256(bytes) }));
}

/** A whole file: kind, sealed manifest, sections. The manifest must hold the sections' heads. */
export async function writeContainer(
  kind: FileKind,
  manifest: Uint8Array,
  sections: readonly Section[],
  signer: Signer,
): Promise<Uint8Array> {
  const { magic, contentType } = fileKinds[kind];
  const sealed = await seal(manifest, signer, { contentType });
  const head = Buffer.alloc(headLength);
  head.write(magic, 'latin1');
  head.writeUInt32BE(sealed.length, 8);
  const parts = [head, sealed, ...sections.map(({ bytes }) => bytes)];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (sealed.length > mostManifestBytes || length > mostFileBytes) {
    throw new EntryListError(
      'cannot-write',
      'The file would be longer than 2 GiB; make a list for each gate group.',
    );
  }
  return Buffer.concat(parts, length);
}

/** The verified manifest of a file. Its sections are not yet looked at. */
export function openContainer(kind: FileKind, bytes: Uint8Array, keys: readonly VerifyKey[]): SealedHead {
  const { contentType, name } = fileKinds[kind];
  if (claimedKind(bytes) !== kind) {
    throw new EntryListError('wrong-kind', `The file is not ${name}, or was damaged at its beginning.`);
  }
  if (bytes.length < headLength || bytes.length > mostFileBytes) throw damaged();
  const sealedLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
  const sectionsAt = headLength + sealedLength;
  if (sealedLength > mostManifestBytes || sectionsAt > bytes.length) throw damaged();
  const sealed = bytes.subarray(headLength, sectionsAt);
  return { manifest: openManifest(sealed, keys, contentType), digest: sha256(sealed), sectionsAt };
}

/**
 * The sections, in place, each held against the digest in the signed manifest. This is the one pass over
 * the whole file. Names, order and total length must be as the manifest says: no byte goes unread.
 */
export function openSections<Name extends string>(
  bytes: Uint8Array,
  sectionsAt: number,
  heads: readonly SectionHead[],
  names: readonly Name[],
): Record<Name, Uint8Array> {
  if (heads.length !== names.length || heads.some(({ name }, at) => name !== names[at])) {
    throw new EntryListError(
      'unknown-content',
      'The file has other sections than this gate knows; update the gate or write the file again.',
    );
  }
  let at = sectionsAt;
  const found = heads.map(({ name, length, digest }) => {
    const section = bytes.subarray(at, at + length);
    at += length;
    if (section.length !== length || Buffer.compare(sha256(section), digest) !== 0) throw damaged();
    return [name, section] as const;
  });
  if (at !== bytes.length) throw damaged();
  return Object.fromEntries(found) as Record<Name, Uint8Array>;
}

function openManifest(sealed: Uint8Array, keys: readonly VerifyKey[], contentType: string): Uint8Array {
  try {
    return openSeal(sealed, { keys, contentType }).payload;
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    if (cause.code === 'unknown-key') {
      throw new EntryListError(
        'untrusted',
        'The file is signed by a key that is not trusted here; check who made it.',
        { cause },
      );
    }
    throw damaged(cause);
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}

function damaged(cause?: unknown): EntryListError {
  return new EntryListError('damaged', 'The file is cut or was changed on its way; fetch or copy it again.', {
    cause,
  });
}
