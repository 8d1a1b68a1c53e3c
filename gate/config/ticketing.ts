import { z } from 'zod';

const must =
  'must be an https address, or http on this machine itself, without a password, query or fragment';

/**
 * The setting `ticketing`: where the ticketing service answers. What goes there is signed, and what comes
 * from there is checked; but who enters when is nobody's to read on the way, so plain HTTP is for the machine
 * itself alone.
 */
export const ticketingSetting = z
  .string(must)
  .refine(isGood, must)
  .transform((text) => new URL(text).href.replace(/\/+$/, ''));

function isGood(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isThisMachine(hostname));
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
