import type { KeyObject } from 'node:crypto';
import type { Algorithm, Generation, Purpose, Validity } from './generations.ts';
import type { InventedPerson } from './invented-people.ts';

/** What a card holds for one purpose: a certificate, its key, and the root that signed it. */
export interface Credential {
  readonly purpose: Purpose;
  readonly generation: Generation | 'stranger';
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
  /** The INTEGER's content without leading zeros. */
  readonly serial: Uint8Array;
  readonly caCertificate: Uint8Array;
}

/** Someone who does not exist, and what the authority issued to them. */
export interface Person {
  readonly id: string;
  /** How a sandbox finds the same person again after a restart. */
  readonly label?: string;
  readonly attributes: InventedPerson;
  readonly authentication: Credential;
  /** Absent on a child's card and on a 顔認証 card. */
  readonly signature?: Credential;
}

export interface PersonOptions {
  readonly label?: string;
  /** Default 2023, or `next` where the algorithm is P-384. */
  readonly generation?: Generation;
  /** The kind of the card's keys; by default what the generation uses. */
  readonly algorithm?: Algorithm;
  /** Ended yesterday. */
  readonly expired?: boolean;
  /** Begins tomorrow. */
  readonly notYetValid?: boolean;
  /** Exactly this long, for both certificates. */
  readonly validity?: Validity;
  /** To certify for each purpose in place of fresh ones, where many cards are wanted and keys cost time. */
  readonly privateKey?: KeyObject;
  /** A child's card has no signature certificate. */
  readonly withoutSignature?: boolean;
  /** The authentication certificate's serial in place of the counter's next. */
  readonly serial?: number | bigint;
  readonly signatureSerial?: number | bigint;
  /** Signed by a root of the same name that nobody configured. */
  readonly unknownIssuer?: boolean;
  readonly attributes?: InventedPerson;
}
