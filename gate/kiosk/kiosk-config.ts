import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { listenSetting } from '../config/listen.ts';
import { hsmSetting, nameSetting, readSettings } from '../config/settings.ts';
import { ticketingSetting } from '../config/ticketing.ts';
import { printerAddress } from '../receipt/printer-address.ts';

/** Beside a gate's, so that both can run on one machine. */
const kioskPort = 7346;

const schema = z.strictObject({
  /** This kiosk's name, as the organiser knows it. */
  kiosk: nameSetting,
  /** The ticketing service's address. Applications name a person: in clear to the machine itself alone. */
  ticketing: ticketingSetting,
  pkcs11: hsmSetting,
  /** The reader's name, or a part of it; any reader where left out. */
  reader: z.string().default(''),
  /** A card profile that ships with Kazasu, or a file. */
  cardProfile: z.string().default('jpki-rsa'),
  /** The receipt printer: `tcp://HOST:9100`, or a device file; nothing is printed where left out. */
  printer: printerAddress.optional(),
  /** Where the screen is served: a port, host:port, or off; on the machine itself alone where left out. */
  listen: listenSetting(kioskPort),
  /** How many days an application, and what came of it, is kept at most. */
  keepDays: z.int().min(1).max(90).default(14),
  /** Where the catalogue and the queue are kept. */
  state: z.string().min(1),
});

/** How one kiosk is set up, checked, with paths made absolute. */
export type KioskConfig = z.output<typeof schema>;

/**
 * Reads a kiosk's configuration, JSON or TOML by the file's ending.
 *
 * @example
 * const config = readKioskConfig('/etc/kazasu/kiosk.toml');
 */
export function readKioskConfig(file: string): KioskConfig {
  const { state, cardProfile, ...rest } = readSettings(file, schema);
  const folder = dirname(resolve(file));
  return {
    ...rest,
    state: resolve(folder, state),
    cardProfile: cardProfile.includes('/') ? resolve(folder, cardProfile) : cardProfile,
  };
}
