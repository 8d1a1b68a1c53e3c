import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import { readCertificateHead } from './certificate-head.ts';
import { checkCertificate } from './check-certificate.ts';
import { importRoot, type Root } from './root.ts';
import type { Purpose } from './purpose.ts';

const at = new Date('2026-11-21T09:00:00Z');
let authority: Authority;
let roots: Record<Purpose, Root[]>;

beforeAll(async () => {
  authority = await Authority.create({ now: () => at });
  roots = {
    authentication: authority.rootCertificates('authentication').map(importRoot),
    signature: authority.rootCertificates('signature').map(importRoot),
  };
});

describe('the rule at the door', () => {
  it.each([2019, 2023, 'next'] as const)('accepts both certificates of a card of %s', (generation) => {
    const { authentication, signature } = authority.issuePerson({ generation });
    for (const credential of [authentication, signature]) {
      if (credential === undefined) throw new Error('The card has no signature certificate.');
      const { purpose, certificate } = credential;
      const answer = checkCertificate(certificate, { purpose, roots: roots[purpose], at });
      expect(answer).toMatchObject({
        verdict: 'accepted',
        certificate: { serial: new Uint8Array(credential.serial) },
      });
    }
  });

  it('names the root that signed, of all that have its name', () => {
    const { certificate } = authority.issuePerson({ generation: 2019 }).authentication;
    const answer = checkCertificate(certificate, {
      purpose: 'authentication',
      roots: roots.authentication,
      at,
    });
    expect(answer).toMatchObject({ verdict: 'accepted', root: roots.authentication[1] });
  });

  it('refuses one certificate of a card for the purpose of the other', () => {
    const { signature } = authority.issuePerson();
    const everyRoot = [...roots.authentication, ...roots.signature];
    const answer = checkCertificate(signature?.certificate ?? new Uint8Array(), {
      purpose: 'authentication',
      roots: everyRoot,
      at,
    });
    expect(answer).toMatchObject({ verdict: 'refused', code: 'wrong-key-usage' });
  });

  it('takes the policies that are configured in place of the card’s own', () => {
    const { certificate } = authority.issuePerson().authentication;
    const rule = { purpose: 'authentication', roots: roots.authentication, at } as const;
    expect(checkCertificate(certificate, { ...rule, policies: ['1.2.3'] })).toMatchObject({
      code: 'wrong-policy',
    });
    expect(
      checkCertificate(certificate, { ...rule, policies: ['1.2.3', '1.2.392.200149.8.5.1.3.30'] }),
    ).toMatchObject({ verdict: 'accepted' });
  });

  it('refuses at a moment that is not one', () => {
    const { certificate } = authority.issuePerson().authentication;
    const rule = { purpose: 'authentication', roots: roots.authentication, at: new Date(NaN) } as const;
    expect(checkCertificate(certificate, rule)).toMatchObject({ code: 'not-yet-valid' });
  });

  it('does not let the caller’s buffer change what was checked', () => {
    const bytes = new Uint8Array(authority.issuePerson().authentication.certificate);
    const rule = { purpose: 'authentication', roots: roots.authentication, at } as const;
    const answer = checkCertificate(bytes, rule);
    if (answer.verdict === 'refused') throw new Error(answer.reason);
    const before = new Uint8Array(answer.certificate.serial);
    bytes.fill(0);
    expect(answer.certificate.serial).toEqual(before);
  });
});

describe('a certificate’s first 256 bytes', () => {
  it('tell serial, issuer, validity and length', () => {
    const { certificate, serial } = authority.issuePerson().authentication;
    const whole = checkCertificate(certificate, {
      purpose: 'authentication',
      roots: roots.authentication,
      at,
    });
    if (whole.verdict === 'refused') throw new Error(whole.reason);
    const head = readCertificateHead(certificate.subarray(0, 256));
    expect(head).toEqual({
      serial: new Uint8Array(serial),
      issuer: whole.certificate.issuer,
      notBefore: whole.certificate.notBefore,
      notAfter: whole.certificate.notAfter,
      totalLength: certificate.length,
    });
  });
});
