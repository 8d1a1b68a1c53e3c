import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { GateError } from '../gate-error.ts';
import { printerAddress } from '../receipt/printer-address.ts';
import { listenSetting } from './listen.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dot, dash or underscore, 64 at most');

const schema = z.strictObject({
  /** This gate's name, as the organiser knows it. */
  gate: name,
  /** The group of gates whose lists it takes. */
  gateGroup: name.default('main'),
  /** The door it stands at, as tickets and rules name doors; the gate's own name where left out. */
  door: name.optional(),
  /** Whether its lane lets people in or out. */
  direction: z.enum(['in', 'out']).default('in'),
  /** The HSM. Its PIN is never here: see the hsm handbook for where it comes from. */
  pkcs11: z.strictObject({
    module: z.string().min(1),
    token: z.string().min(1),
    parameters: z.string().optional(),
  }),
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
  /** Where the screens are served: a port, host:port, or off; on the machine itself alone where left out. */
  listen: listenSetting,
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
  const checked = schema.safeParse(parse(file));
  if (!checked.success) {
    const wrong = wrongFields(checked.error, 'setting');
    throw new GateError('config-wrong', `The configuration ${file} is wrong:\n${wrong}`);
  }
  const folder = dirname(resolve(file));
  const { state, cardProfile, listKeys, door, ...rest } = checked.data;
  return {
    ...rest,
    door: door ?? rest.gate,
    state: resolve(folder, state),
    listKeys: listKeys.map((file) => resolve(folder, file)),
    cardProfile: cardProfile.includes('/') ? resolve(folder, cardProfile) : cardProfile,
  };
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GateError('config-unreadable', `The configuration ${file} cannot be read.`, { cause });
  }
  try {
    return extname(file) === '.toml' ? parseToml(text) : JSON.parse(text);
  } catch (cause) {
    const form = extname(file) === '.toml' ? 'TOML' : 'JSON';
    throw new GateError('config-wrong', `The configuration ${file} is not ${form}.`, { cause });
  }
}
