import { DerReader, Tag } from '../der/der.ts';
import { wellFormed } from '../der/well-formed.ts';
import type { Certificate } from './certificate.ts';
import { ExtensionId } from './extensions.ts';
import { refuse } from './refusal.ts';

/** What a certificate of the card is for: 利用者証明用 or 署名用. */
export type Purpose = 'authentication' | 'signature';

export const purposes: readonly Purpose[] = ['authentication', 'signature'];

/** keyUsage's bits by their number in the standard. */
export const KeyUsage = { digitalSignature: 1 << 0, nonRepudiation: 1 << 1, keyCertSign: 1 << 5 } as const;

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

interface PurposeRule {
  /** Exactly these uses of the key. */
  readonly keyUsage: number;
  /** The policies of the cards in circulation; one of them must be there. */
  readonly policies: readonly string[];
  /** What extKeyUsage must contain where it is present. */
  readonly extendedKeyUsage?: string;
}

const RULES: Readonly<Record<Purpose, PurposeRule>> = {
  authentication: {
    keyUsage: KeyUsage.digitalSignature,
    policies: ['1.2.392.200149.8.5.1.3.30'],
    extendedKeyUsage: CLIENT_AUTH,
  },
  signature: {
    keyUsage: KeyUsage.digitalSignature | KeyUsage.nonRepudiation,
    policies: ['1.2.392.200149.8.5.1.1.20'],
  },
};

/** Refuses a certificate whose key is not for exactly this purpose. */
export function requireKeyUsage(certificate: Certificate, purpose: Purpose): void {
  const extension = certificate.extensions.get(ExtensionId.keyUsage) ?? refuse('key-usage-missing');
  if (!extension.critical) refuse('key-usage-not-critical');
  if (readKeyUsage(extension.value) !== RULES[purpose].keyUsage) refuse('wrong-key-usage');
}

/** Refuses a certificate that was not issued under one of the policies: those of the card by default. */
export function requirePolicy(
  certificate: Certificate,
  purpose: Purpose,
  policies: readonly string[] = RULES[purpose].policies,
): void {
  const extension = certificate.extensions.get(ExtensionId.certificatePolicies) ?? refuse('policy-missing');
  if (!extension.critical) refuse('policy-not-critical');
  const found = readPolicies(extension.value);
  if (!policies.some((each) => found.has(each))) refuse('wrong-policy');
}

/** Refuses a certificate whose holder may issue others. */
export function refuseAuthority(certificate: Certificate): void {
  const extension = certificate.extensions.get(ExtensionId.basicConstraints);
  if (extension !== undefined && readBasicConstraints(extension.value).authority) refuse('is-authority');
}

/** Refuses a certificate that limits its key to other uses than the purpose needs. */
export function requireExtendedKeyUsage(certificate: Certificate, purpose: Purpose): void {
  const extension = certificate.extensions.get(ExtensionId.extKeyUsage);
  if (extension === undefined) return;
  const uses = readObjectIdentifiers(extension.value);
  const needed = RULES[purpose].extendedKeyUsage;
  if (needed !== undefined && !uses.has(needed)) refuse('wrong-extended-key-usage');
}

/** keyUsage's named bits, bit n of the standard as 2^n. */
export function readKeyUsage(value: Uint8Array): number {
  const reader = new DerReader(value);
  const bits = reader.namedBits();
  reader.done();
  return bits;
}

/** basicConstraints; a path length belongs to authorities alone. */
export function readBasicConstraints(value: Uint8Array): { authority: boolean } {
  const reader = new DerReader(value);
  const outside = reader.open(Tag.sequence);
  const authority = reader.booleanOrFalse();
  if (authority && reader.hasMore()) reader.smallInteger();
  reader.close(outside);
  reader.done();
  return { authority };
}

function readPolicies(value: Uint8Array): ReadonlySet<string> {
  const policies = new Set<string>();
  const reader = new DerReader(value);
  const outside = reader.open(Tag.sequence);
  do {
    const after = reader.open(Tag.sequence);
    const policy = reader.objectIdentifier();
    if (reader.hasMore()) readQualifiers(reader);
    reader.close(after);
    if (policies.has(policy)) refuse('duplicate-policy');
    policies.add(policy);
  } while (reader.hasMore());
  reader.close(outside);
  reader.done();
  return policies;
}

/** Qualifiers say nothing to a gate; they must be DER all the same. */
function readQualifiers(reader: DerReader): void {
  const outside = reader.open(Tag.sequence);
  do {
    const after = reader.open(Tag.sequence);
    reader.objectIdentifier();
    wellFormed(reader);
    reader.close(after);
  } while (reader.hasMore());
  reader.close(outside);
}

function readObjectIdentifiers(value: Uint8Array): ReadonlySet<string> {
  const found = new Set<string>();
  const reader = new DerReader(value);
  const outside = reader.open(Tag.sequence);
  do found.add(reader.objectIdentifier());
  while (reader.hasMore());
  reader.close(outside);
  reader.done();
  return found;
}
