import type { RefusalCode } from '../../hsm/certificate/refusal.ts';
import type { CertificateDescription } from './describe-certificate.ts';

/** One certificate of the corpus: its description, and the one answer that is right. */
export interface CorpusItem {
  readonly title: string;
  readonly expected: 'accepted' | RefusalCode;
  readonly certificate: CertificateDescription;
  /** The roots that are configured; `root` alone unless given. */
  readonly roots?: readonly CertificateDescription[];
  readonly purpose?: 'authentication' | 'signature';
  /** When it is checked; {@link AT} unless given. */
  readonly at?: string;
}

export const AT = '2026-11-21T09:00:00Z';
