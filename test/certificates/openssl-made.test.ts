import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCertificateFile } from '../../hsm/certificate/certificate-file.ts';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { importRoot } from '../../hsm/certificate/root.ts';

const folder = mkdtempSync(join(tmpdir(), 'kazasu-openssl-made-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const kinds = {
  rsa: { newkey: ['-newkey', 'rsa:2048'], hash: '-sha256' },
  p384: { newkey: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], hash: '-sha384' },
};

const extensions = [
  'keyUsage=critical,digitalSignature',
  'certificatePolicies=critical,1.2.392.200149.8.5.1.3.30',
  'authorityKeyIdentifier=keyid,issuer:always',
  'subjectKeyIdentifier=hash',
  'extendedKeyUsage=clientAuth',
].join('\n');

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
}

/** A root and a user certificate that no code of this house has written. */
function make(
  rootKind: keyof typeof kinds,
  userKind: keyof typeof kinds,
): { root: Uint8Array; user: Uint8Array } {
  const [root, user] = [kinds[rootKind], kinds[userKind]];
  writeFileSync(join(folder, 'extensions'), extensions);
  const [names, keys] = [
    ['-subj', '/C=JP/O=JPKI/OU=JPKI for user authentication'],
    ['-keyout', 'root.key'],
  ];
  openssl(
    'req',
    '-x509',
    ...root.newkey,
    '-nodes',
    root.hash,
    ...keys,
    ...names,
    '-days',
    '30',
    '-out',
    'root.pem',
  );
  openssl('req', ...user.newkey, '-nodes', '-keyout', 'user.key', '-subj', '/C=JP/CN=0', '-out', 'user.csr');
  const issuer = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', root.hash];
  openssl(
    'x509',
    '-req',
    '-in',
    'user.csr',
    ...issuer,
    '-extfile',
    'extensions',
    '-days',
    '20',
    '-out',
    'user.pem',
  );
  return { root: readFileSync(join(folder, 'root.pem')), user: readFileSync(join(folder, 'user.pem')) };
}

describe('certificates that openssl made', () => {
  it.each([
    ['rsa', 'rsa'],
    ['p384', 'p384'],
    ['p384', 'rsa'],
    ['rsa', 'p384'],
  ] as const)('are accepted: a root with %s, a user with %s', (rootKind, userKind) => {
    const { root, user } = make(rootKind, userKind);
    const rule = { purpose: 'authentication', roots: [importRoot(root)], at: new Date() } as const;
    expect(checkCertificate(readCertificateFile(user), rule)).toMatchObject({ verdict: 'accepted' });
  });
});
