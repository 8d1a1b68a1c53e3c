import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../hsm/keys/canonical-json.ts';
import type { Recipient } from '../../hsm/keys/recipient.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { p256PublicKey, verifyP256, withLowS } from '../../hsm/seal/p256-signature.ts';
import { GateApiError } from './gate-api-error.ts';

const format = 'kazasu/gate-enrolment/v1';
const longest = 16 * 1024;

/** A gate's name, as its configuration has it. */
export const gateNameField = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

/**
 * A gate's request to be enrolled: the body of `POST /api/gates/enrolment`, and a file for a gate without a
 * network. Both of its keys were made in its HSM. `proof` is the identity key's signature (r‖s, P-256 with
 * SHA-256) over the canonical JSON (RFC 8785) of the other members.
 */
export const enrolmentRequest = z.strictObject({
  format: z.literal(format),
  gate: gateNameField,
  /** The one-time code that the organiser was shown; left out of a file that is handed to the organiser. */
  code: z.exactOptional(z.string().regex(/^[A-Za-z0-9-]{8,64}$/)),
  /** The uncompressed point on P-256, 65 bytes. */
  identityKey: z.base64(),
  /** SPKI as PEM. */
  transportKey: z.string().max(2000),
  /** The hashes that the token unwraps with in RSA-OAEP, the better one first. */
  oaep: z.enum(['sha256 sha1', 'sha256', 'sha1']),
  proof: z.base64(),
});
export type EnrolmentRequest = z.output<typeof enrolmentRequest>;

/** What an enrolled gate is told. */
export const enrolmentAnswer = z.strictObject({
  gate: gateNameField,
  gateGroup: z.string(),
  door: z.string(),
  direction: z.enum(['in', 'out']),
  /** SHA-256 of the identity key's SPKI, in hexadecimal: its key id in signed requests. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  /** The service's list-signing keys, SPKI as PEM. */
  listKeys: z.array(z.string().max(2000)).min(1).max(16),
});
export type EnrolmentAnswer = z.output<typeof enrolmentAnswer>;

/** A request that proved itself. Whose gate it is, the code or a person who compares fingerprints tells. */
export interface Enrolment {
  readonly gate: string;
  readonly code?: string;
  readonly identityKey: Uint8Array;
  readonly transportKey: Recipient;
}

/**
 * Writes a request.
 *
 * @example
 * const request = await writeEnrolment({ gate: 'north-1', code, transportKey: await describeTransportKey(token) }, identity);
 */
export async function writeEnrolment(
  { gate, code, transportKey }: Pick<Enrolment, 'gate' | 'code' | 'transportKey'>,
  identity: Signer,
): Promise<EnrolmentRequest> {
  const { publicKey, hashes } = transportKey;
  const oaep = hashes.toSorted().toReversed().join(' ');
  const proven = {
    format,
    gate,
    ...(code === undefined ? {} : { code }),
    identityKey: Buffer.from(identity.publicKey).toString('base64'),
    transportKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    oaep,
  };
  const proof = withLowS(await identity.sign(Buffer.from(canonicalJson(proven))));
  return enrolmentRequest.parse({ ...proven, proof: Buffer.from(proof).toString('base64') });
}

/** Reads a request, as JSON text, and checks its proof. Throws a `GateApiError`. */
export function readEnrolment(text: string): Enrolment {
  const { proof, ...proven } = parse(text);
  const identityKey = Uint8Array.from(Buffer.from(proven.identityKey, 'base64'));
  const [identity, publicKey] = readKeys(identityKey, proven.transportKey);
  if (!verifyP256(identity, Buffer.from(canonicalJson(proven)), Buffer.from(proof, 'base64'))) {
    throw new GateApiError(
      'bad-proof',
      'The request does not prove that whoever wrote it holds the identity key; have the gate write it again.',
    );
  }
  const { gate, code, oaep } = proven;
  const hashes = (['sha256', 'sha1'] as const).filter((hash) => oaep.split(' ').includes(hash));
  return {
    gate,
    ...(code === undefined ? {} : { code }),
    identityKey,
    transportKey: { publicKey, hashes },
  };
}

function parse(text: string): EnrolmentRequest {
  try {
    if (text.length > longest) throw new RangeError('too long');
    return enrolmentRequest.parse(JSON.parse(text));
  } catch (cause) {
    throw malformed(cause);
  }
}

function readKeys(identityKey: Uint8Array, transportKey: string): readonly [KeyObject, KeyObject] {
  try {
    if (!transportKey.startsWith('-----BEGIN PUBLIC KEY-----')) throw new TypeError('no public key');
    const transport = createPublicKey(transportKey);
    const { modulusLength } = transport.asymmetricKeyDetails ?? {};
    if (transport.asymmetricKeyType !== 'rsa' || modulusLength !== 2048)
      throw new TypeError('no RSA-2048 key');
    return [p256PublicKey(identityKey), transport];
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause: unknown): GateApiError {
  return new GateApiError(
    'malformed',
    'This is not a request to enrol a gate; have the gate write one with "kazasu-gate enrol".',
    { cause },
  );
}
