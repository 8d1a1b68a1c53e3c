// Flips every single byte of what counts, in several ways: none of the results may count, and none may end
// in anything but an error of ours.
import { beforeAll, describe, expect, it } from 'vitest';
import { importRoot, type Root } from '../../hsm/certificate/root.ts';
import { readCrl } from '../../hsm/revocation/crl-reader.ts';
import { checkOcspAnswer } from '../../hsm/revocation/ocsp-answer.ts';
import { certIdOf, writeOcspRequest } from '../../hsm/revocation/ocsp-request.ts';
import { RevocationError } from '../../hsm/revocation/revocation-error.ts';
import { Authority } from '../authority/authority.ts';
import type { Generation } from '../authority/generations.ts';
import type { Credential } from '../authority/person.ts';

const now = new Date();
const generations: readonly Generation[] = [2023, 'next'];

let authority: Authority;
let roots: Root[];

beforeAll(async () => {
  authority = await Authority.create({ now: () => now });
  roots = authority.rootCertificates('authentication').map(importRoot);
});

function mutants(good: Uint8Array): Uint8Array[] {
  return [...good.keys()].flatMap((at) =>
    [0x01, 0x80, 0xff].map((bits) => {
      const mutant = new Uint8Array(good);
      mutant[at] = (mutant[at] ?? 0) ^ bits;
      return mutant;
    }),
  );
}

function revokedPerson(generation: Generation): Credential {
  const { authentication } = authority.issuePerson({ generation, withoutSignature: true });
  authority.revoke(authentication.certificate, 'superseded');
  return authentication;
}

describe.each(generations)('under the root of %s', (generation) => {
  it('no list with a flipped byte counts', async () => {
    revokedPerson(generation);
    const good = authority.crl('authentication', generation);
    await expect(readCrl(good, roots)).resolves.toHaveProperty('index.size', 1);
    for (const mutant of mutants(good)) {
      await expect(readCrl(mutant, roots)).rejects.toBeInstanceOf(RevocationError);
    }
  });

  it.each(['ca', 'delegated'] as const)('no OCSP answer of the %s with a flipped byte counts', (signer) => {
    const { serial, caCertificate } = revokedPerson(generation);
    const root = importRoot(caCertificate);
    const id = certIdOf(root, serial, 'sha256');
    const nonce = new Uint8Array(32).fill(7);
    const question = { id, root, nonce, at: now };
    const good = authority.ocsp(writeOcspRequest(id, nonce), { signer });
    expect(checkOcspAnswer(good, question).status).toBe('revoked');
    for (const mutant of mutants(good)) {
      expect(() => checkOcspAnswer(mutant, question)).toThrow(RevocationError);
    }
  });
});
