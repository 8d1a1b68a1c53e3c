import { encodingItems } from './corpus-encoding.ts';
import { fieldItems } from './corpus-fields.ts';
import { issuerItems } from './corpus-issuer.ts';
import type { CorpusItem } from './corpus-item.ts';
import { purposeItems } from './corpus-purpose.ts';
import { signatureItems } from './corpus-signature.ts';
import { type CertificateDescription, rootCertificate } from './describe-certificate.ts';
import type { CorpusKeys } from './keys.ts';

export { AT, type CorpusItem } from './corpus-item.ts';

/** All certificates of the corpus. */
export function corpus(keys: CorpusKeys): readonly CorpusItem[] {
  return [fieldItems, encodingItems, issuerItems, signatureItems, purposeItems].flatMap((items) =>
    items(keys),
  );
}

/** The roots that an item is checked with. */
export function rootsOf(item: CorpusItem, keys: CorpusKeys): readonly CertificateDescription[] {
  return item.roots ?? [rootCertificate(keys.root)];
}
