import { describe, expect, it } from 'vitest';
import { readCertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { CertificateError } from '../../hsm/certificate/refusal.ts';
import { importRoot, RootError } from '../../hsm/certificate/root.ts';
import { AT } from './corpus.ts';
import {
  algorithm,
  rootCertificate,
  signedBy,
  userCertificate,
  userExtensions,
  without,
  writeCertificate,
} from './describe-certificate.ts';
import { makeCorpusKeys } from './keys.ts';

const keys = await makeCorpusKeys();
const roots = [keys.root, keys.nextRoot].map((key) => importRoot(writeCertificate(rootCertificate(key))));
const rule = { purpose: 'authentication', roots, at: new Date(AT) } as const;
const extensions = without(userExtensions(keys), 'authorityKey');

const good = {
  'signed with RSA': writeCertificate(userCertificate(keys)),
  'signed with P-384': writeCertificate(
    userCertificate(keys, {
      algorithm: algorithm.ecdsaWithSha384,
      extensions,
      signature: signedBy(keys.nextRoot),
    }),
  ),
};

/** Every byte, each changed in its lowest bit, in its highest, and in all. */
function* mutants(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    for (const change of [0x01, 0x80, 0xff]) {
      const mutant = Uint8Array.from(bytes);
      mutant[at] = (mutant[at] ?? 0) ^ change;
      yield mutant;
    }
  }
}

describe.each(Object.entries(good))('a certificate %s', (_, certificate) => {
  it('is accepted as it is', () => {
    expect(checkCertificate(certificate, rule).verdict).toBe('accepted');
  });

  it('is refused with any one byte changed', () => {
    const accepted = [...mutants(certificate)].filter(
      (mutant) => checkCertificate(mutant, rule).verdict !== 'refused',
    );
    expect(accepted).toEqual([]);
  });

  it('is refused with its end cut off anywhere', () => {
    for (let length = 0; length < certificate.length; length++) {
      expect(checkCertificate(certificate.subarray(0, length), rule).verdict).toBe('refused');
    }
  });

  it('with any one byte changed raises nothing but our own error where its head is read', () => {
    const errors = [...mutants(certificate.subarray(0, 256))].map((mutant) =>
      errorOf(() => readCertificateHead(mutant)),
    );
    expect(errors.filter((error) => error !== undefined && !(error instanceof CertificateError))).toEqual([]);
  });
});

describe('a root', () => {
  it('is not imported with any one byte changed', () => {
    const root = writeCertificate(rootCertificate(keys.root));
    const errors = [...mutants(root)].map((mutant) => errorOf(() => importRoot(mutant)));
    expect(errors.filter((error) => !(error instanceof RootError))).toEqual([]);
  });
});

function errorOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
