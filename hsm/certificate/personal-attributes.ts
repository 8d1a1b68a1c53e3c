import { contextConstructed, DerError, DerReader, Tag } from '../der/der.ts';
import type { Certificate } from './certificate.ts';
import { ExtensionId } from './extensions.ts';
import { refuse } from './refusal.ts';

/**
 * Who a signature certificate was issued to. The most sensitive thing that this program ever reads: the
 * application flow asks for it where it needs it, and nothing keeps it.
 */
export interface PersonalAttributes {
  readonly name: string;
  readonly address: string;
  /** `YYYY-MM-DD`, or nothing where the register does not know the whole date. */
  readonly birthDate: string | undefined;
  readonly sex: 'male' | 'female' | 'unknown';
  /** Whether characters that certificates cannot carry were replaced: name and address are not exact then. */
  readonly nameHasSubstitutes: boolean;
  readonly addressHasSubstitutes: boolean;
}

/**
 * The object identifiers of the attributes, and the forms of their values (`EYYYYMMDD` with E the era, sex
 * 1, 2 or 3, a 0 or 1 for each character replaced), as several public readers of these certificates and
 * their published descriptions have them. J-LIS's own profile document was not at hand: hold a real
 * signature certificate against this before it is relied on.
 */
const ATTRIBUTES = '1.2.392.200149.8.5.5';
const NAME = `${ATTRIBUTES}.1`;
const NAME_SUBSTITUTES = `${ATTRIBUTES}.2`;
const SEX = `${ATTRIBUTES}.3`;
const BIRTH_DATE = `${ATTRIBUTES}.4`;
const ADDRESS = `${ATTRIBUTES}.5`;
const ADDRESS_SUBSTITUTES = `${ATTRIBUTES}.6`;

const OTHER_NAME = contextConstructed(0);

/**
 * Reads name, address, birth date and sex from a signature certificate that was accepted; nothing where it
 * carries none, as authentication certificates. Raises a `CertificateError` where they are malformed.
 *
 * @example
 * const answer = checkCertificate(der, { purpose: 'signature', roots, at });
 * const who = answer.verdict === 'accepted' ? readPersonalAttributes(answer.certificate) : undefined;
 */
export function readPersonalAttributes(certificate: Certificate): PersonalAttributes | undefined {
  const extension = certificate.extensions.get(ExtensionId.subjectAltName);
  if (extension === undefined) return undefined;
  const values = readOtherNames(extension.value);
  if (![...values.keys()].some((id) => id.startsWith(`${ATTRIBUTES}.`))) return undefined;
  return {
    name: values.get(NAME) ?? refuse('malformed'),
    address: values.get(ADDRESS) ?? refuse('malformed'),
    birthDate: birthDateOf(values.get(BIRTH_DATE) ?? refuse('malformed')),
    sex: sexOf(values.get(SEX) ?? refuse('malformed')),
    nameHasSubstitutes: values.get(NAME_SUBSTITUTES)?.includes('1') ?? false,
    addressHasSubstitutes: values.get(ADDRESS_SUBSTITUTES)?.includes('1') ?? false,
  };
}

/** The texts of all otherNames by object identifier, none twice; names of other kinds are stepped over. */
function readOtherNames(value: Uint8Array): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  try {
    const reader = new DerReader(value);
    const outside = reader.open(Tag.sequence);
    while (reader.hasMore()) {
      if (reader.nextTag !== OTHER_NAME) reader.skip(reader.nextTag);
      else readOtherName(reader, values);
    }
    reader.close(outside);
    reader.done();
  } catch (error) {
    if (error instanceof DerError) refuse('malformed', { cause: error });
    throw error;
  }
  return values;
}

function readOtherName(reader: DerReader, values: Map<string, string>): void {
  const outside = reader.open(OTHER_NAME);
  const id = reader.objectIdentifier();
  const wrapper = reader.open(contextConstructed(0));
  const isText = reader.nextTag === Tag.utf8String;
  const content = reader.content(reader.nextTag);
  reader.close(wrapper);
  reader.close(outside);
  if (values.has(id)) refuse('malformed');
  if (isText) values.set(id, textOf(content));
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // No cause: it could carry the text.
    return refuse('malformed');
  }
}

function birthDateOf(text: string): string | undefined {
  const [, year, month, day] = /^[0-5](\d{4})(\d\d)(\d\d)$/.exec(text) ?? refuse('malformed');
  const date = `${year ?? ''}-${month ?? ''}-${day ?? ''}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  const real = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  return real ? date : undefined;
}

function sexOf(text: string): PersonalAttributes['sex'] {
  if (text === '1') return 'male';
  if (text === '2') return 'female';
  return text === '3' ? 'unknown' : refuse('malformed');
}
