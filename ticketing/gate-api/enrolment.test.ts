import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { readEnrolment, writeEnrolment, type EnrolmentRequest } from './enrolment.ts';
import { GateApiError } from './gate-api-error.ts';

const identity = clearSigner();
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey;
const publicKey = rsa(2048);
const transportKey = { publicKey, hashes: ['sha256', 'sha1'] as const };

function codeOf(request: object | string): string {
  try {
    readEnrolment(typeof request === 'string' ? request : JSON.stringify(request));
    return 'believed';
  } catch (error) {
    if (error instanceof GateApiError) return error.code;
    throw error;
  }
}

const written = (): Promise<EnrolmentRequest> =>
  writeEnrolment({ gate: 'north-1', code: 'ABCD-2345-WXYZ', transportKey }, identity);

describe('a request to enrol a gate', () => {
  it.each([
    ['both hashes', ['sha256', 'sha1'] as const],
    ['SHA-1 alone', ['sha1'] as const],
  ])('is read back, with %s', async (_, hashes) => {
    const request = await writeEnrolment({ gate: 'north-1', transportKey: { publicKey, hashes } }, identity);
    expect(request).not.toHaveProperty('code');
    const read = readEnrolment(JSON.stringify(request));
    expect(read).toMatchObject({
      gate: 'north-1',
      identityKey: identity.publicKey,
      transportKey: { hashes },
    });
    expect(read.transportKey.publicKey.equals(publicKey)).toBe(true);
  });

  it('proves each of its members', async () => {
    const request = await written();
    const other = clearSigner();
    const changes: Partial<EnrolmentRequest>[] = [
      { gate: 'north-2' },
      { code: 'ABCD-2345-WXYY' },
      { identityKey: Buffer.from(other.publicKey).toString('base64') },
      { transportKey: rsa(2048).export({ type: 'spki', format: 'pem' }).toString() },
      { oaep: 'sha1' },
      { proof: Buffer.from(await other.sign(Buffer.from('x'))).toString('base64') },
    ];
    for (const change of changes) expect(codeOf({ ...request, ...change })).toBe('bad-proof');
    expect(codeOf({ ...request, code: undefined })).toBe('bad-proof');
    expect(codeOf(request)).toBe('believed');
  });

  it('is refused with keys of another kind or size, and with more than it has', async () => {
    const request = await written();
    const pem = (key: ReturnType<typeof rsa>): string =>
      key.export({ type: 'spki', format: 'pem' }).toString();
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const change of [
      { transportKey: pem(rsa(1024)) },
      { transportKey: pem(ec.publicKey) },
      { transportKey: ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      { identityKey: Buffer.alloc(65, 4).toString('base64') },
      { identityKey: Buffer.from(identity.publicKey.subarray(1)).toString('base64') },
      { more: 1 },
      { gate: 'no such name' },
      { code: 'short' },
    ]) {
      expect(codeOf({ ...request, ...change })).toBe('malformed');
    }
  });

  it('throws nothing but its own error for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(codeOf(text)).toBe('malformed');
      }),
    );
    expect(codeOf(`{"format":"${'x'.repeat(20_000)}"}`)).toBe('malformed');
  });
});
