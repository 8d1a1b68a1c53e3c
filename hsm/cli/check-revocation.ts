import { createReadStream } from 'node:fs';
import type { Certificate } from '../certificate/certificate.ts';
import type { Root } from '../certificate/root.ts';
import type { Console } from '../program/console.ts';
import { CrlNumbersInMemory } from '../revocation/crl-numbers.ts';
import { reasonInWords, type Revocation } from '../revocation/revocation.ts';
import { RevocationLists } from '../revocation/revocation-lists.ts';
import { revocationSubject } from '../revocation/revocation-subject.ts';
import { TrustError } from '../trust/trust-error.ts';

/** A certificate that passed the rule, and the root that signed it. */
interface Accepted {
  readonly verdict: 'accepted';
  readonly certificate: Certificate;
  readonly root: Root;
}

export type RevocationAnswer =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'refused'; readonly code: string; readonly reason: string };

/** Where to look, and what for. */
export interface RevocationQuestion {
  readonly files: readonly string[];
  readonly roots: readonly Root[];
  readonly at: Date;
  readonly console: Console;
}

/**
 * Holds an accepted certificate against revocation lists. A list that does not count is reported, and revokes
 * nobody; where none that counts speaks for the certificate, it is refused.
 */
export async function checkRevocation(
  { certificate, root }: Accepted,
  { files, roots, at, console }: RevocationQuestion,
): Promise<RevocationAnswer> {
  const lists = new RevocationLists({ roots, numbers: new CrlNumbersInMemory() });
  for (const file of files) {
    const report = await lists.take(contentOf(file), at);
    if (report.verdict === 'does-not-count') console.note(`${file} does not count: ${report.reason}`);
  }
  return answerTo(lists.check(revocationSubject(certificate), root, at));
}

function answerTo(revocation: Revocation): RevocationAnswer {
  switch (revocation.status) {
    case 'good':
      return { verdict: 'accepted' };
    case 'revoked': {
      const day = revocation.at.toISOString().slice(0, 10);
      const reason = `The certificate was revoked on ${day}: ${reasonInWords(revocation.reason)}.`;
      return { verdict: 'refused', code: 'revoked', reason };
    }
    case 'stale': {
      const day = revocation.since.toISOString().slice(0, 10);
      const reason = `The newest revocation list for this certificate ended on ${day}; fetch a newer one.`;
      return { verdict: 'refused', code: 'revocation-stale', reason };
    }
    case 'unknown':
      return {
        verdict: 'refused',
        code: 'revocation-unknown',
        reason:
          'None of the revocation lists speaks for this certificate; fetch the one for its root and place.',
      };
  }
}

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (cause) {
    throw new TrustError(
      'unreadable',
      `The file ${file} cannot be read; check that it is there and who may.`,
      {
        cause,
      },
    );
  }
}
