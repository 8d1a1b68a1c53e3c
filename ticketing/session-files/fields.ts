import { z } from 'zod';

/** A moment as ISO 8601 with its offset, such as 2027-04-03T18:00:00+09:00. */
export const isoTime = z.iso
  .datetime({ offset: true, error: 'is no time such as 2027-04-03T18:00:00+09:00' })
  .transform((text) => new Date(text));

/** So many bytes as hexadecimal digits. */
export const hexBytes = (length: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${length * 2}}$`), `is not ${length} bytes in hexadecimal`)
    .transform((text) => new Uint8Array(Buffer.from(text, 'hex')));
