import { looksLikePem, pemText, readPem } from './pem.ts';
import { refuse } from './refusal.ts';

/** The DER of one certificate in a file, which may be PEM. Raises a `CertificateError`. */
export function readCertificateFile(bytes: Uint8Array): Uint8Array {
  if (!looksLikePem(bytes)) return bytes;
  return readPem(pemText(bytes), 'CERTIFICATE') ?? refuse('malformed');
}
