/** EF 0006's labels, by which the kinds of token are told apart. */
export const tokenLabel = {
  card: 'JPKIAPICCTOKEN2',
  oldResidentCard: 'JPKIAPICCTOKEN',
  android: 'JPKIAPGPSETOKEN',
  iphone: 'JPKIAPIOSTOKEN',
} as const;

export type TokenLabel = (typeof tokenLabel)[keyof typeof tokenLabel];

/**
 * EF 0006: the fields of CK_TOKEN_INFO one after the other, 160 bytes. Texts are padded with spaces; flags,
 * session counts, PIN lengths and memory are numbers of four bytes, big endian; the rest is versions and time.
 * Only the label is known of real cards; the other fields hold what the standard gives them.
 */
export function tokenInfo(label: TokenLabel): Uint8Array {
  const unavailable = 0xffff_ffff;
  const initialised = 0x0000_040d; // random generator, login required, user PIN set, token initialised
  const numbers = [initialised, 0, 0, 0, 0, 16, 4, unavailable, unavailable, unavailable, unavailable];
  const content = Buffer.concat([
    text(label, 32),
    text('JPKI', 32),
    text('JPKI', 16),
    text('', 16),
    Buffer.concat(numbers.map(number)),
    Buffer.from([2, 0, 2, 0]), // hardware and firmware version
    Buffer.alloc(16, 0x20), // no clock
  ]);
  if (content.length !== 160) throw new RangeError('EF 0006 has 160 bytes.');
  return content;
}

function text(value: string, size: number): Buffer {
  return Buffer.from(value.padEnd(size, ' '), 'ascii');
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
