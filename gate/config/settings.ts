import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { GateError } from '../gate-error.ts';

/** A terminal's name, as the organiser knows it. */
export const nameSetting = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dot, dash or underscore, 64 at most');

/** The HSM. Its PIN is never here: see the hsm handbook for where it comes from. */
export const hsmSetting = z.strictObject({
  module: z.string().min(1),
  token: z.string().min(1),
  parameters: z.string().optional(),
});

/**
 * Reads a terminal's configuration, JSON or TOML by the file's ending. Every wrong field is named with its
 * path in one message, so that it is mended in one go. Throws a `GateError`.
 */
export function readSettings<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const checked = schema.safeParse(parse(file));
  if (checked.success) return checked.data;
  const wrong = wrongFields(checked.error, 'setting');
  throw new GateError('config-wrong', `The configuration ${file} is wrong:\n${wrong}`);
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
