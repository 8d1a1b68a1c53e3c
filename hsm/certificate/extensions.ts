import { type DerReader, Tag } from '../der/der.ts';
import { refuse } from './refusal.ts';

/** The extensions that the rules look into. */
export const ExtensionId = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
} as const;

/** The extensions that may be critical, in a user certificate and in a root. */
const KNOWN_WHERE_CRITICAL: ReadonlySet<string> = new Set([
  ExtensionId.keyUsage,
  ExtensionId.certificatePolicies,
  ExtensionId.basicConstraints,
  ExtensionId.extKeyUsage,
]);

interface Extension {
  readonly critical: boolean;
  /** The octet string's content, not looked into. */
  readonly value: Uint8Array;
}

/** A certificate's extensions by object identifier in dotted form. */
export type Extensions = ReadonlyMap<string, Extension>;

/** Reads `Extensions`: none twice, none critical that the rules do not know, and at least one. */
export function readExtensions(reader: DerReader): Extensions {
  const extensions = new Map<string, Extension>();
  const outside = reader.open(Tag.sequence);
  do {
    const after = reader.open(Tag.sequence);
    const id = reader.objectIdentifier();
    const critical = reader.booleanOrFalse();
    const value = reader.octetString();
    reader.close(after);
    if (extensions.has(id)) refuse('duplicate-extension');
    if (critical && !KNOWN_WHERE_CRITICAL.has(id)) refuse('unknown-critical-extension');
    extensions.set(id, { critical, value });
  } while (reader.hasMore());
  reader.close(outside);
  return extensions;
}
