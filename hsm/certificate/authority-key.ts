import { contextConstructed, contextPrimitive, DerReader, Tag } from '../der/der.ts';
import { readSerial, type Certificate } from './certificate.ts';
import { ExtensionId } from './extensions.ts';
import { sameBytes } from './same-bytes.ts';

const DIRECTORY_NAME = contextConstructed(4);

/** What a certificate says of the key that signed it. All generations of this PKI share one name. */
export interface AuthorityKeyIdentifier {
  readonly keyId?: Uint8Array;
  /** GeneralNames, without the header, and the serial of the authority's own certificate. */
  readonly certificate?: { readonly names: Uint8Array; readonly serial: Uint8Array };
}

/** A root as far as an authority key identifier can point at it. */
export interface AuthorityKey {
  readonly name: Uint8Array;
  readonly serial: Uint8Array;
  readonly keyId: Uint8Array | undefined;
}

/** The certificate's authority key identifier; empty where it has none. */
export function authorityKeyIdentifier(certificate: Certificate): AuthorityKeyIdentifier {
  const extension = certificate.extensions.get(ExtensionId.authorityKeyIdentifier);
  if (extension === undefined) return {};
  const reader = new DerReader(extension.value);
  const outside = reader.open(Tag.sequence);
  let found: AuthorityKeyIdentifier = {};
  if (reader.nextTag === contextPrimitive(0)) found = { keyId: reader.content(contextPrimitive(0)) };
  if (reader.nextTag === contextConstructed(1)) {
    // Name and serial come together or not at all.
    const names = reader.content(contextConstructed(1));
    const serial = readSerial(reader, contextPrimitive(2));
    found = { ...found, certificate: { names, serial } };
  }
  reader.close(outside);
  reader.done();
  return found;
}

/** The subject key identifier, where the certificate has one. */
export function subjectKeyIdentifier(certificate: Certificate): Uint8Array | undefined {
  const extension = certificate.extensions.get(ExtensionId.subjectKeyIdentifier);
  if (extension === undefined) return undefined;
  const reader = new DerReader(extension.value);
  const keyId = reader.octetString();
  reader.done();
  return keyId;
}

/** Whether all that the identifier says is true of this root. */
export function pointsAt(identifier: AuthorityKeyIdentifier, root: AuthorityKey): boolean {
  const { keyId, certificate } = identifier;
  if (keyId !== undefined && (root.keyId === undefined || !sameBytes(keyId, root.keyId))) return false;
  if (certificate === undefined) return true;
  return isNameOf(certificate.names, root.name) && sameBytes(certificate.serial, root.serial);
}

/** GeneralNames with one entry, the root's own name. */
function isNameOf(names: Uint8Array, rootName: Uint8Array): boolean {
  const reader = new DerReader(names);
  if (reader.nextTag !== DIRECTORY_NAME) return false;
  const name = reader.content(DIRECTORY_NAME);
  return !reader.hasMore() && sameBytes(name, rootName);
}
