import type { KeyObject } from 'node:crypto';
import { type ElementaryFile, file, padded, sizeOf } from './elementary-file.ts';
import { authenticationPinRule, Pin, signaturePinRule } from './pin.ts';
import type { TerminalTrust } from './terminal-authentication.ts';
import { tokenInfo, type TokenLabel, tokenLabel } from './token-info.ts';

/** A certificate with its key and the certificate of the CA that issued it, all DER. */
export interface CardCredential {
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
  readonly caCertificate: Uint8Array;
}

/** What an authority issues for one card. */
export interface CardHolder {
  readonly authentication: CardCredential;
  /** Absent on the cards of children and on 顔認証 cards. */
  readonly signature?: CardCredential;
}

/** Both PINs; absent: never set, as on a card whose holder took none. */
export interface CardPins {
  readonly authentication?: string;
  readonly signature?: string;
}

/** The PINs of a sandbox's cards, where a test needs no others. */
export const sandboxPins = { authentication: '1234', signature: 'ABC123' } as const;

/** The files of today's card, its phone tokens, and the next generation. */
export function cardFiles(contents: {
  readonly holder: CardHolder;
  readonly pins: CardPins;
  readonly terminalTrust: TerminalTrust;
  readonly trustReadable: boolean;
  readonly label: TokenLabel;
}): Map<number, ElementaryFile> {
  const { holder, pins, terminalTrust } = contents;
  const { authentication, signature } = holder;
  const authenticationPin = new Pin(authenticationPinRule, pins.authentication);
  const authenticationData = data(authentication.certificate, sizeOf.authenticationCertificate);
  return new Map<number, ElementaryFile>([
    ...signatureFiles(signature, pins.signature),
    [file.tokenInfo, { kind: 'data', bytes: tokenInfo(contents.label) }],
    [file.present, { kind: 'data', bytes: presence(signature !== undefined, true) }],
    [file.authenticationCertificate, authenticationData],
    [file.authenticationCa, data(authentication.caCertificate, sizeOf.caCertificate)],
    [
      file.terminalTrust,
      { kind: 'terminal-trust', bytes: terminalTrust.keyId, readable: contents.trustReadable },
    ],
    [
      file.authenticationKey,
      { kind: 'key', key: authentication.privateKey, pin: authenticationPin, forTerminals: true },
    ],
    [file.authenticationPin, { kind: 'pin', pin: authenticationPin }],
  ]);
}

/** The files of the old 住基 card's application, which knew signatures only. */
export function oldResidentCardFiles(signature: CardCredential, pin: string): Map<number, ElementaryFile> {
  return new Map<number, ElementaryFile>([
    ...signatureFiles(signature, pin),
    [file.tokenInfo, { kind: 'data', bytes: tokenInfo(tokenLabel.oldResidentCard) }],
    [file.present, { kind: 'data', bytes: presence(true, false) }],
  ]);
}

/** Without a signature certificate the files are there all the same, empty, and their PIN was never set. */
function signatureFiles(
  signature: CardCredential | undefined,
  secret: string | undefined,
): [number, ElementaryFile][] {
  const pin = new Pin(signaturePinRule, signature === undefined ? undefined : secret);
  const certificate = padded(signature?.certificate ?? new Uint8Array(0), sizeOf.signatureCertificate);
  return [
    [file.signatureCertificate, { kind: 'data', bytes: certificate, readAfter: pin }],
    [file.signatureCa, data(signature?.caCertificate ?? new Uint8Array(0), sizeOf.caCertificate)],
    [file.signatureKey, { kind: 'key', key: signature?.privateKey, pin, forTerminals: false }],
    [file.signaturePin, { kind: 'pin', pin }],
  ];
}

function data(bytes: Uint8Array, size: number): ElementaryFile {
  return { kind: 'data', bytes: padded(bytes, size) };
}

/** EF 0008: which certificates are there. */
function presence(signature: boolean, authentication: boolean): Uint8Array {
  return Uint8Array.of(signature ? 0x8f : 0, authentication ? 0x8f : 0, 0);
}
