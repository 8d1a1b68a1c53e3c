import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TerminalRoot } from '../../hsm/trust/terminal-root.ts';
import { readTerminalRoot } from '../../hsm/trust/terminal-root.ts';
import type { Validity } from '../authority/generations.ts';
import type { TerminalProfile } from '../authority/terminal-certificates.ts';
import { issueTerminal, terminalRootOf } from '../authority/terminal-issuer.ts';
import { checkTerminalRequest } from '../authority/terminal-request.ts';

/** The part of the sandbox's J-LIS that certifies terminal keys of one profile, without the rest of it. */
export class TerminalIssuer {
  readonly profile: TerminalProfile;
  readonly root: TerminalRoot;
  readonly #keys;
  #issued = 0;

  constructor(profile: TerminalProfile) {
    this.profile = profile;
    const verifier = profile === 'jpki-rsa' ? undefined : newKey(profile);
    this.#keys = { profile, root: newKey(profile), verifier };
    const { spki, keyId } = terminalRootOf(this.#keys);
    this.root = readTerminalRoot(spki, profile, Buffer.from(keyId).toString('hex'));
  }

  /** Checks a request as J-LIS would, and certifies its key. */
  issue(request: unknown, validity?: Validity): Uint8Array {
    this.#issued += 1;
    return issueTerminal(this.#keys, checkTerminalRequest(request), this.#issued, new Date(), validity);
  }
}

function newKey(profile: TerminalProfile): KeyObject {
  return profile === 'eac-p384'
    ? generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}
