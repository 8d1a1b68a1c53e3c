/** No certificate or key of this PKI comes near this in PEM. */
const LONGEST_PEM = 65_536;

const LINE = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The bytes of the one PEM block in a text, or nothing where the text is no such block. Blank lines around
 * it are let pass; a second block, text beside it, or base64 that decodes in more than one way is not.
 */
export function readPem(text: string, label: string): Uint8Array | undefined {
  if (text.length > LONGEST_PEM) return undefined;
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  if (lines[0] !== `-----BEGIN ${label}-----` || lines.at(-1) !== `-----END ${label}-----`) return undefined;
  const body = lines.slice(1, -1).join('');
  const bytes = LINE.test(body) ? Buffer.from(body, 'base64') : undefined;
  return bytes?.toString('base64') === body ? new Uint8Array(bytes) : undefined;
}

/** Bytes as a PEM block. */
export function writePem(bytes: Uint8Array, label: string): string {
  const body = Buffer.from(bytes).toString('base64');
  const lines = [];
  for (let at = 0; at < body.length; at += 64) lines.push(body.slice(at, at + 64));
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Whether bytes look like PEM rather than DER, whose first byte is the tag of a SEQUENCE. */
export function looksLikePem(bytes: Uint8Array): boolean {
  const first = bytes
    .subarray(0, LONGEST_PEM)
    .find((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0x20);
  return first === 0x2d;
}

/** The bytes as text where they are short enough to be PEM of ours. */
export function pemText(bytes: Uint8Array): string {
  return bytes.length > LONGEST_PEM ? '' : Buffer.from(bytes).toString('latin1');
}
