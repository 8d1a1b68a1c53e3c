import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { printerAddress } from '../receipt/printer-address.ts';
import { listenSetting } from './listen.ts';
import { hsmSetting, nameSetting as name, readSettings } from './settings.ts';
import { ticketingSetting } from './ticketing.ts';

/** Where a gate serves its screens, unless it is told otherwise. */
const gatePort = 7345;

const schema = z.strictObject({
  /** This gate's name, as the organiser knows it. */
  gate: name,
  /** The group of gates whose lists it takes. */
  gateGroup: name.default('main'),
  /** The door it stands at, as tickets and rules name doors; the gate's own name where left out. */
  door: name.optional(),
  /** Whether its lane lets people in or out. */
  direction: z.enum(['in', 'out']).default('in'),
  pkcs11: hsmSetting,
  /** The reader's name, or a part of it; any reader where left out. */
  reader: z.string().default(''),
  /** Of those, the reader of an exit lane, by its name or a part of it: whoever taps there goes out. */
  exitReader: z.string().min(1).optional(),
  /** A card profile that ships with Kazasu, or a file. */
  cardProfile: z.string().default('jpki-rsa'),
  /** The ticketing service's list-signing keys, each a PEM file: whose packs this gate takes. */
  listKeys: z.array(z.string().min(1)).min(1),
  /** The receipt printer: `tcp://HOST:9100`, or a device file; no receipts where left out. */
  printer: printerAddress.optional(),
  /** The ticketing service, to fetch packs from and hand the journal to; a gate without one takes files. */
  ticketing: ticketingSetting.optional(),
  /** Where the screens are served: a port, host:port, or off; on the machine itself alone where left out. */
  listen: listenSetting(gatePort),
  /** Where packs, the journal, terminal certificates and trusted roots are kept. */
  state: z.string().min(1),
});

/** How one gate is set up, checked, with paths made absolute. */
export type GateConfig = z.output<typeof schema> & { readonly door: string };

/**
 * Reads a gate's configuration, JSON or TOML by the file's ending. Every wrong field is named with its
 * path in one message, so that it is mended in one go.
 *
 * @example
 * const config = readConfig('/etc/kazasu/gate.toml');
 */
export function readConfig(file: string): GateConfig {
  const settings = readSettings(file, schema);
  const folder = dirname(resolve(file));
  const { state, cardProfile, listKeys, door, ...rest } = settings;
  return {
    ...rest,
    door: door ?? rest.gate,
    state: resolve(folder, state),
    listKeys: listKeys.map((file) => resolve(folder, file)),
    cardProfile: cardProfile.includes('/') ? resolve(folder, cardProfile) : cardProfile,
  };
}
