import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { parseTerminalCertificate } from '../../hsm/terminal-certificate/terminal-certificate.ts';
import type { Authority } from '../authority/authority.ts';
import { canonicalJson } from '../authority/terminal-request.ts';

/** A card profile that ships. */
export type ProfileName = 'jpki-rsa' | 'eac-rsa' | 'eac-p384';

/**
 * A terminal key whose private half lies in this process, certified by the sandbox's authority: for tests
 * that are about cards. Those about tokens have a real one.
 */
export function softwareTerminalKey(
  authority: Pick<Authority, 'issueTerminalCertificate'>,
  profile: ProfileName,
): TerminalKey {
  const algorithm = profile === 'eac-p384' ? 'p384' : 'rsa2048';
  const { publicKey, privateKey } =
    algorithm === 'p384'
      ? generateKeyPairSync('ec', { namedCurve: 'P-384' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const proven = {
    format: 'kazasu/terminal-request/v1',
    gate: 'test',
    algorithm,
    spki: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  const proof = Buffer.from(signWith(privateKey, Buffer.from(canonicalJson(proven)))).toString('base64');
  return {
    id: `software ${profile}`,
    algorithm,
    certificate: parseTerminalCertificate(authority.issueTerminalCertificate({ ...proven, proof }, profile)),
    sign: (message) => Promise.resolve(signWith(privateKey, message)),
  };
}

function signWith(key: KeyObject, message: Uint8Array): Uint8Array {
  return key.asymmetricKeyType === 'rsa'
    ? sign('sha256', message, key)
    : sign('sha384', message, { key, dsaEncoding: 'ieee-p1363' });
}
