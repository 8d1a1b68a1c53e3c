import type { Root } from '../certificate/root.ts';
import type { OcspClient } from './ocsp-client.ts';
import type { Revocation } from './revocation.ts';
import { RevocationError } from './revocation-error.ts';
import type { RevocationLists } from './revocation-lists.ts';
import type { RevocationSubject } from './revocation-subject.ts';

/** The answer, and why the responder's did not help where it was asked in vain. */
export interface CheckedRevocation {
  readonly revocation: Revocation;
  readonly trouble?: RevocationError;
}

export interface RevocationCheckerOptions {
  readonly lists: RevocationLists;
  readonly responder?: OcspClient;
}

/** The lists first, which cost nothing; a responder for what they leave open. */
export class RevocationChecker {
  readonly #lists: RevocationLists;
  readonly #responder: OcspClient | undefined;

  constructor({ lists, responder }: RevocationCheckerOptions) {
    this.#lists = lists;
    this.#responder = responder;
  }

  /** The one answer about a certificate that `root` signed. */
  async check(subject: RevocationSubject, root: Root, at: Date): Promise<CheckedRevocation> {
    const listed = this.#lists.check(subject, root, at);
    const decided = listed.status === 'good' || listed.status === 'revoked';
    if (decided || this.#responder === undefined) return { revocation: listed };
    try {
      const answered = await this.#responder.check(subject.serial, root, at);
      return { revocation: answered.status === 'unknown' ? listed : answered };
    } catch (error) {
      if (error instanceof RevocationError) return { revocation: listed, trouble: error };
      throw error;
    }
  }
}
