import { describe, expect, it } from 'vitest';
import * as describeCertificate from '../../test/certificates/describe-certificate.ts';
import { keyIdOf, makeCorpusKeys } from '../../test/certificates/keys.ts';
import * as der from '../../test/encoding/der.ts';
import { knownRoot } from './known-roots.ts';
import { writePem } from './pem.ts';
import { importRoot, RootError } from './root.ts';

const {
  authorityKey,
  extension,
  names,
  rootCertificate,
  rootExtensions,
  signedBy,
  without,
  writeCertificate,
} = describeCertificate;
const keys = await makeCorpusKeys();
const good = rootExtensions(keys.root);

function codeOf(bytes: Uint8Array): string {
  try {
    importRoot(bytes);
    return 'imported';
  } catch (error) {
    if (error instanceof RootError) return error.code;
    throw error;
  }
}

function root(different: Partial<describeCertificate.CertificateDescription> = {}): Uint8Array {
  return writeCertificate(rootCertificate(keys.root, different));
}

function withExtensions(replaced: Partial<typeof good>, ...more: readonly Uint8Array[]): Uint8Array {
  return root({ extensions: [...Object.values({ ...good, ...replaced }), ...more] });
}

describe('a root', () => {
  it('is imported from DER and from PEM, with the same fingerprint', () => {
    const bytes = root();
    const fromPem = importRoot(Buffer.from(writePem(bytes, 'CERTIFICATE')));
    expect(fromPem).toEqual(importRoot(bytes));
    expect(fromPem.fingerprint).toMatch(/^[0-9A-F]{64}$/);
    expect(fromPem.known).toBeUndefined();
  });

  it('is imported with a P-384 key', () => {
    expect(codeOf(writeCertificate(rootCertificate(keys.nextRoot)))).toBe('imported');
  });

  it('is imported after it has ended: its dates are looked at when it is used', () => {
    expect(codeOf(root({ notAfter: der.utcTime('240101000000Z') }))).toBe('imported');
  });

  it.each([
    ['its own signature wrong', { signature: signedBy(keys.stranger) }, 'wrong-self-signature'],
    ['another issuer', { issuer: names.signature }, 'not-self-signed'],
    ['no basicConstraints', { extensions: without(good, 'basicConstraints') }, 'not-an-authority'],
    ['no key identifiers', { extensions: [good.keyUsage, good.basicConstraints] }, 'imported'],
    ['no extensions', { extensions: undefined }, 'not-an-authority'],
    ['version 1', { version: undefined, extensions: undefined }, 'wrong-version'],
    [
      'SHA-1',
      { algorithm: der.sequence(der.oid('1.2.840.113549.1.1.5'), der.nothing()) },
      'unsupported-algorithm',
    ],
    ['a byte after its end', { finish: (all: Uint8Array) => der.concat(all, der.raw('00')) }, 'malformed'],
  ])('with %s ends as it should', (_, different, code) => {
    expect(codeOf(root(different))).toBe(code);
  });

  it('that points at another key than its own is not self-signed', () => {
    const other = authorityKey(der.implicit(0, der.octetString(keyIdOf(keys.stranger))));
    expect(codeOf(withExtensions({ authorityKey: other }))).toBe('not-self-signed');
  });

  it('that is no authority is refused', () => {
    const constraints = extension('2.5.29.19', true, der.sequence());
    expect(codeOf(withExtensions({ basicConstraints: constraints }))).toBe('not-an-authority');
  });

  it('whose key signs no certificates is refused', () => {
    const usage = extension('2.5.29.15', true, der.namedBits(6));
    expect(codeOf(withExtensions({ keyUsage: usage }))).toBe('signs-no-certificates');
  });

  it('with an unknown critical extension is refused', () => {
    expect(codeOf(withExtensions({}, extension('1.2.3', true, der.nothing())))).toBe(
      'unknown-critical-extension',
    );
  });

  it('with a subject key identifier that is not DER is refused', () => {
    const subjectKey = extension('2.5.29.14', false, der.raw('0405 00'));
    expect(codeOf(withExtensions({ subjectKey }))).toBe('malformed');
  });

  it.each([
    ['two certificates', (pem: string) => pem + pem],
    ['text before it', (pem: string) => `-----\n${pem}`],
    ['another label', (pem: string) => pem.replaceAll('CERTIFICATE', 'X509 CRL')],
    ['no end', (pem: string) => pem.slice(0, -10)],
    [
      'base64 that ends in loose bits',
      () => '-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n',
    ],
    ['nothing in it', () => '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'],
    ['far too much in it', (pem: string) => pem + '\n'.repeat(100_000)],
  ])('in a PEM file with %s is refused', (_, change) => {
    expect(codeOf(Buffer.from(change(writePem(root(), 'CERTIFICATE'))))).toBe('not-pem');
  });

  it('of J-LIS is known by its fingerprint', () => {
    expect(knownRoot('64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5')).toEqual({
      name: 'JPKI authentication root of 2023',
      purpose: 'authentication',
    });
    expect(knownRoot('00'.repeat(32))).toBeUndefined();
  });
});
