import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Command } from './command.ts';
import type { ElementaryFile } from './elementary-file.ts';
import { status } from './status-words.ts';
import type { TerminalAuthentication, TerminalTrust } from './terminal-authentication.ts';

/** Block 1 is this and the body; block 2 is that and the signature. */
const block1Header = Buffer.from('7f218202335f4e820129', 'hex');
const block2Header = Buffer.from('5f37820100', 'hex');
const keyIdLength = 16;
const exponent = Buffer.from('9003010001', 'hex');
const modulusHeader = Buffer.from('91820100', 'hex');
const bodyLength = 2 * keyIdLength + exponent.length + modulusHeader.length + 256;

/**
 * Terminal authentication of `jpki-rsa`: a certificate in two blocks, as seen on real cards, and the
 * placeholder proof, PKCS#1 v1.5 with SHA-256 over a challenge of 32 bytes. What public facts leave open
 * here is as the design has agreed it.
 */
export class JpkiAuthentication implements TerminalAuthentication {
  readonly challengeLength = 32;
  readonly challengeOutlives = true;
  readonly instructions = [0xa2, 0x82];
  proven = false;
  readonly #trust: TerminalTrust;
  /** Block 1's body, waiting for its signature. */
  #body: Uint8Array | undefined;
  #terminalKey: KeyObject | undefined;

  constructor(trust: TerminalTrust) {
    this.#trust = trust;
  }

  answer(
    command: Command,
    current: ElementaryFile['kind'] | 'none',
    takeChallenge: () => Uint8Array | undefined,
  ): number | undefined {
    const { cla, ins } = command;
    if (cla === 0x80 && ins === 0xa2) return this.#load(command, current);
    if (cla === 0x00 && ins === 0x82) return this.#prove(command, takeChallenge);
    return undefined;
  }

  #load({ p1, p2, data }: Command, current: ElementaryFile['kind'] | 'none'): number {
    if (p2 !== 0xc1 || (p1 !== 0x06 && p1 !== 0x00)) return status.wrongParameters;
    if (current === 'none') return status.noCurrentFile;
    if (current !== 'terminal-trust') return status.wrongKindOfFile;
    return p1 === 0x06 ? this.#loadBody(data) : this.#loadSignature(data);
  }

  #loadBody(block: Uint8Array): number {
    this.proven = false;
    this.#terminalKey = undefined;
    this.#body = undefined;
    const body = after(block1Header, block);
    if (body?.length !== bodyLength || keyIn(body) === undefined) return status.wrongData;
    if (!same(body.subarray(0, keyIdLength), this.#trust.keyId)) return status.referenceNotFound;
    this.#body = body;
    return status.done;
  }

  #loadSignature(block: Uint8Array): number {
    const body = this.#body;
    if (body === undefined) return status.conditionsNotSatisfied;
    this.#body = undefined;
    const signature = after(block2Header, block);
    if (signature?.length !== 256) return status.wrongData;
    if (!verify('sha256', body, this.#trust.publicKey, signature)) return status.wrongData;
    this.#terminalKey = keyIn(body);
    return status.done;
  }

  #prove({ p1, p2, data }: Command, takeChallenge: () => Uint8Array | undefined): number {
    if (p1 !== 0 || p2 !== 0) return status.wrongParameters;
    this.proven = false;
    const challenge = takeChallenge();
    if (challenge === undefined || this.#terminalKey === undefined) return status.conditionsNotSatisfied;
    if (data.length !== 256) return status.wrongLength;
    this.proven = verify('sha256', challenge, this.#terminalKey, data);
    return this.proven ? status.done : status.securityNotSatisfied;
  }
}

/** The terminal's key in a body; `undefined` where it is none of RSA-2048 with 65537. */
function keyIn(body: Uint8Array): KeyObject | undefined {
  const modulus = after(Buffer.concat([exponent, modulusHeader]), body.subarray(2 * keyIdLength));
  if (modulus === undefined || (modulus[0] ?? 0) < 0x80 || (modulus.at(-1) ?? 0) % 2 === 0) return undefined;
  const n = Buffer.from(modulus).toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
}

/** What follows `header` in `bytes`; `undefined` where they do not begin with it. */
function after(header: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
  return same(bytes.subarray(0, header.length), header) ? bytes.slice(header.length) : undefined;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
