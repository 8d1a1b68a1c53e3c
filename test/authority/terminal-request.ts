import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Algorithm } from './generations.ts';

/** What an operator sends to have a terminal key certified. */
const requestFile = z.strictObject({
  format: z.literal('kazasu/terminal-request/v1'),
  gate: z.string().min(1).max(200),
  algorithm: z.enum(['rsa2048', 'p384']),
  spki: z.string(),
  proof: z.base64(),
});

export interface TerminalRequest {
  readonly gate: string;
  readonly algorithm: Algorithm;
  readonly publicKey: KeyObject;
}

/** Reads a request and checks that whoever wrote it holds the private key; throws where not. */
export function checkTerminalRequest(json: unknown): TerminalRequest {
  const { proof, ...proven } = requestFile.parse(json);
  const publicKey = createPublicKey(proven.spki);
  if (kindOf(publicKey) !== proven.algorithm) {
    throw new Error(`The request says ${proven.algorithm}, but its key is another kind.`);
  }
  const message = Buffer.from(canonicalJson(proven), 'utf8');
  const signature = Buffer.from(proof, 'base64');
  const holds =
    proven.algorithm === 'rsa2048'
      ? verify('sha256', message, publicKey, signature)
      : verify('sha384', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  if (!holds)
    throw new Error('The proof of possession does not verify over the canonical JSON of the request.');
  return { gate: proven.gate, algorithm: proven.algorithm, publicKey };
}

/** RFC 8785 for an object of strings: members in order of their names, nothing between. */
export function canonicalJson(members: Readonly<Record<string, string>>): string {
  const ordered = Object.keys(members).sort();
  return `{${ordered.map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`).join(',')}}`;
}

function kindOf(key: KeyObject): Algorithm | undefined {
  const { modulusLength, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength === 2048 && publicExponent === 65537n)
    return 'rsa2048';
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'secp384r1') return 'p384';
  return undefined;
}
