import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { KeyError } from './key-error.ts';
import type { TerminalKeyAlgorithm } from './terminal-key.ts';
import { verifiesWith } from './verifies-with.ts';

const FORMAT = 'kazasu/terminal-request/v1';
const LONGEST = 16_384;

const Shape = z.strictObject({
  format: z.literal(FORMAT),
  gate: z.string().min(1).max(200),
  algorithm: z.enum(['rsa2048', 'p384']),
  spki: z.string(),
  proof: z.base64(),
});

/** What is sent to J-LIS to have a terminal key certified. */
export type TerminalRequestFile = z.infer<typeof Shape>;

export interface TerminalRequest {
  readonly gate: string;
  readonly algorithm: TerminalKeyAlgorithm;
  readonly publicKey: KeyObject;
}

/** Writes a request: `sign` proves, over the canonical JSON without `proof`, that the key is held. */
export async function writeTerminalRequest(
  request: TerminalRequest,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<TerminalRequestFile> {
  const proven = {
    format: FORMAT,
    gate: request.gate,
    algorithm: request.algorithm,
    spki: request.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  } as const;
  const proof = await sign(Buffer.from(canonicalJson(proven), 'utf8'));
  return { ...proven, proof: Buffer.from(proof).toString('base64') };
}

/** Reads a request and checks its proof of possession. */
export function verifyTerminalRequest(text: string): TerminalRequest {
  const { proof, ...proven } = parse(text);
  const publicKey = readKey(proven.spki);
  if (algorithmOf(publicKey) !== proven.algorithm)
    throw new KeyError('malformed', 'The request names another kind of key than it holds.');
  const message = Buffer.from(canonicalJson(proven), 'utf8');
  if (!verifiesWith(publicKey, message, Buffer.from(proof, 'base64')))
    throw new KeyError(
      'bad-proof',
      'The request does not prove that whoever wrote it holds the private key. Have it written again.',
    );
  return { gate: proven.gate, algorithm: proven.algorithm, publicKey };
}

/** Which kind of terminal key a public key is; others are none. */
export function algorithmOf(key: KeyObject): TerminalKeyAlgorithm | undefined {
  const { modulusLength, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength === 2048 && publicExponent === 65537n)
    return 'rsa2048';
  return key.asymmetricKeyType === 'ec' && namedCurve === 'secp384r1' ? 'p384' : undefined;
}

function parse(text: string): TerminalRequestFile {
  try {
    if (text.length > LONGEST) throw new RangeError('too long');
    return Shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new KeyError('malformed', 'This is not a terminal key request.', { cause });
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new KeyError('malformed', 'The request holds no public key.', { cause });
  }
}
