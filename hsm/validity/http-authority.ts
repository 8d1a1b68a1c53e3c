import type { Purpose } from '../certificate/purpose.ts';
import {
  type Answers,
  correspondenceAnswers,
  renewalAnswers,
  validityAnswers,
  writeReferences,
} from './http-messages.ts';
import { postJson, type RetryRules } from './post-json.ts';
import type {
  CertificateReference,
  FoundCertificate,
  Renewal,
  Validity,
  ValidityAuthority,
} from './validity-authority.ts';
import { ValidityError } from './validity-error.ts';

export interface HttpAuthorityOptions extends RetryRules {
  /** Where the authority answers, as `http://127.0.0.1:8080`. */
  readonly url: string;
}

/**
 * Asks the sandbox's authority over HTTP, in JSON. The interface is the sandbox's own (its comment in
 * test/authority says what it is); J-LIS's to its contract partners is not public.
 *
 * @example
 * const authority = new HttpAuthority({ url: 'http://127.0.0.1:8080' });
 * const [own] = await authority.correspondence([{ issuerKeyId, serial }]);
 */
export class HttpAuthority implements ValidityAuthority {
  readonly #base: string;
  readonly #rules: RetryRules;

  constructor({ url, ...rules }: HttpAuthorityOptions) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) {
      throw new ValidityError('bad-address', 'The authority’s address must be an http or https URL.');
    }
    this.#base = url.replace(/\/+$/, '');
    this.#rules = rules;
  }

  async validity(purpose: Purpose, certificates: readonly CertificateReference[]): Promise<Validity[]> {
    const question = { purpose, certificates: writeReferences(certificates) };
    return this.#ask('/validity', question, certificates.length, validityAnswers);
  }

  async correspondence(
    signatureCertificates: readonly CertificateReference[],
  ): Promise<(FoundCertificate | undefined)[]> {
    const question = { certificates: writeReferences(signatureCertificates) };
    return this.#ask('/correspondence', question, signatureCertificates.length, correspondenceAnswers);
  }

  async renewals(certificates: readonly CertificateReference[]): Promise<(Renewal | undefined)[]> {
    const question = { certificates: writeReferences(certificates) };
    return this.#ask('/renewals', question, certificates.length, renewalAnswers);
  }

  async #ask<T>(path: string, question: object, expected: number, shape: Answers<T>): Promise<T[]> {
    if (expected === 0) return [];
    const read = shape.safeParse(await postJson(this.#base + path, question, this.#rules));
    if (!read.success || read.data.length !== expected) {
      throw new ValidityError(
        'answer-not-understood',
        'The authority’s answer is not of the agreed form; ask its operator whether it changed.',
        read.success ? undefined : { cause: read.error },
      );
    }
    return read.data;
  }
}
