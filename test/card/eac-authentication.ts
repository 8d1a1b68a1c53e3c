import type { KeyObject } from 'node:crypto';
import { valuesOf } from './ber.ts';
import type { Command } from './command.ts';
import {
  algorithmOf,
  type CvCertificate,
  type CvKeyKind,
  holds,
  readCvCertificate,
} from './cv-certificate.ts';
import type { ElementaryFile } from './elementary-file.ts';
import { status } from './status-words.ts';
import type { CardClock, TerminalAuthentication, TerminalTrust } from './terminal-authentication.ts';

/** A key that the card trusts, and what it may be used for. */
interface TrustedKey {
  readonly reference: Uint8Array;
  readonly key: KeyObject;
  readonly role: 'root' | 'document-verifier';
}

const dayLength = 86_400_000;

/**
 * Terminal authentication of BSI TR-03110: a chain of card-verifiable certificates from the root that the
 * card holds, by a document verifier, to the terminal; then a signature over challenge ‖ CHR. The challenge
 * is good for the very next command only.
 */
export class EacAuthentication implements TerminalAuthentication {
  readonly challengeLength = 8;
  readonly challengeOutlives = false;
  readonly instructions = [0x22, 0x2a, 0x82];
  proven = false;
  readonly #kind: CvKeyKind;
  readonly #clock: CardClock;
  readonly #trusted: TrustedKey[];
  /** What MSE:Set DST named: it verifies the next certificate, and that one only. */
  #issuer: TrustedKey | undefined;
  #terminal: CvCertificate | undefined;
  /** Whether MSE:Set AT has named the terminal's key. */
  #chosen = false;

  constructor(kind: CvKeyKind, trust: TerminalTrust, clock: CardClock) {
    this.#kind = kind;
    this.#clock = clock;
    this.#trusted = [{ reference: trust.keyId, key: trust.publicKey, role: 'root' }];
  }

  answer(
    command: Command,
    _current: ElementaryFile['kind'] | 'none',
    takeChallenge: () => Uint8Array | undefined,
  ): number | undefined {
    if (command.cla !== 0x00) return undefined;
    switch (command.ins) {
      case 0x22:
        return this.#manageEnvironment(command);
      case 0x2a:
        return this.#verifyCertificate(command);
      case 0x82:
        return this.#prove(command, takeChallenge);
      default:
        return undefined;
    }
  }

  #manageEnvironment({ p1, p2, data }: Command): number {
    if (p1 !== 0x81) return status.wrongParameters;
    if (p2 === 0xb6) return this.#nameIssuer(data);
    return p2 === 0xa4 ? this.#nameTerminal(data) : status.wrongParameters;
  }

  #nameIssuer(data: Uint8Array): number {
    const [reference] = valuesOf(data, [0x83]) ?? [];
    if (reference === undefined) return status.wrongData;
    this.#issuer = this.#trusted.find((each) => same(each.reference, reference));
    return this.#issuer === undefined ? status.referenceNotFound : status.done;
  }

  #nameTerminal(data: Uint8Array): number {
    this.proven = false;
    this.#chosen = false;
    const [algorithm, reference] = valuesOf(data, [0x80, 0x83]) ?? [];
    if (algorithm === undefined || reference === undefined) return status.wrongData;
    if (!same(algorithm, algorithmOf[this.#kind])) return status.wrongData;
    if (this.#terminal === undefined || !same(reference, this.#terminal.holderReference)) {
      return status.referenceNotFound;
    }
    this.#chosen = true;
    return status.done;
  }

  #verifyCertificate({ p1, p2, data }: Command): number {
    if (p1 !== 0x00 || p2 !== 0xbe) return status.wrongParameters;
    this.proven = false;
    const issuer = this.#issuer;
    this.#issuer = undefined;
    if (issuer === undefined) return status.conditionsNotSatisfied;
    const certificate = readCvCertificate(data, this.#kind);
    if (certificate === undefined) return status.wrongData;
    if (!same(certificate.authorityReference, issuer.reference)) return status.referenceNotFound;
    if (!holds(this.#kind, issuer.key, certificate.body, certificate.signature)) return status.wrongData;
    // A root certifies document verifiers, and these certify terminals; nothing else is taken.
    const wanted = issuer.role === 'root' ? 'document-verifier' : 'terminal';
    const lastMoment = certificate.to.getTime() + dayLength - 1;
    if (certificate.role !== wanted || lastMoment < this.#clock.latest.getTime()) {
      return status.conditionsNotSatisfied;
    }
    this.#trust(certificate);
    return status.done;
  }

  #trust(certificate: CvCertificate): void {
    if (certificate.from > this.#clock.latest) this.#clock.latest = certificate.from;
    if (certificate.role === 'terminal') {
      this.#terminal = certificate;
      this.#chosen = false;
    } else {
      const { holderReference: reference, publicKey: key } = certificate;
      // One verifier at a time: memory is short, and the root's own reference is not to be taken over.
      this.#trusted.length = 1;
      this.#trusted.push({ reference, key, role: 'document-verifier' });
    }
  }

  #prove({ p1, p2, data }: Command, takeChallenge: () => Uint8Array | undefined): number {
    if (p1 !== 0 || p2 !== 0) return status.wrongParameters;
    this.proven = false;
    const challenge = takeChallenge();
    const terminal = this.#terminal;
    if (challenge === undefined || terminal === undefined || !this.#chosen) {
      return status.conditionsNotSatisfied;
    }
    const message = Buffer.concat([challenge, terminal.holderReference]);
    this.proven = holds(this.#kind, terminal.publicKey, message, data);
    return this.proven ? status.done : status.securityNotSatisfied;
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
