import { z } from 'zod';
import { KeyError } from './key-error.ts';
import { readState, writeState } from './state-folder.ts';

const FILE = 'terminal-keys.json';
const Time = z.iso.datetime();
const Id = z.string().regex(/^[0-9a-f]{32}$/);

const RecordShape = z.strictObject({
  /** CKA_ID of the pair in the token. */
  id: Id,
  gate: z.string().min(1).max(200),
  algorithm: z.enum(['rsa2048', 'p384']),
  /** SPKI in PEM. */
  spki: z.string(),
  madeAt: Time,
  /** Made so that it may leave wrapped, or come from another gate: several gates have it. */
  shared: z.boolean(),
  /** The key that this one is to take over from. */
  renews: Id.optional(),
  certificate: z
    .strictObject({
      /** The card profile of the terminal root key that stands behind it. */
      profile: z.string().min(1).max(40),
      bytes: z.base64(),
      installedAt: Time,
    })
    .optional(),
  destroyedAt: Time.optional(),
});

const RegisterShape = z.strictObject({
  format: z.literal('kazasu/terminal-keys/v1'),
  keys: z.array(RecordShape),
  /** From `from` on, the key `id` serves the cards of `profile`; the latest that has come counts. */
  turns: z.array(z.strictObject({ profile: z.string(), id: Id, from: Time })),
});

/** What is known of a terminal key outside the token. Nothing of it is secret. */
export type TerminalKeyRecord = z.infer<typeof RecordShape>;
export type TerminalKeyRegister = z.infer<typeof RegisterShape>;

/** Reads the register of a state folder; an empty one where none was written. */
export async function readRegister(folder: string): Promise<TerminalKeyRegister> {
  const text = await readState(folder, FILE);
  if (text === undefined) return { format: 'kazasu/terminal-keys/v1', keys: [], turns: [] };
  try {
    return RegisterShape.parse(JSON.parse(text));
  } catch (cause) {
    throw new KeyError(
      'malformed',
      `The file ${FILE} in the state folder is damaged. Bring back a copy; the keys are in the token still.`,
      { cause },
    );
  }
}

export async function writeRegister(folder: string, register: TerminalKeyRegister): Promise<void> {
  await writeState(folder, FILE, `${JSON.stringify(register, null, 2)}\n`);
}

/** The record of a key; `id` may be its beginning where only one key begins so. */
export function recordOf(register: TerminalKeyRegister, id: string): TerminalKeyRecord {
  const found = register.keys.filter((key) => id.length >= 4 && key.id.startsWith(id.toLowerCase()));
  const [record, another] = found;
  if (record === undefined)
    throw new KeyError('key-not-found', `There is no terminal key ${id}. "terminal-key list" shows them.`);
  if (another !== undefined)
    throw new KeyError('key-not-found', `Several terminal keys begin with ${id}. Give more of it.`);
  return record;
}

/** The live key whose certificate was installed last. */
export function lastInstalled(register: TerminalKeyRegister): TerminalKeyRecord {
  let last: TerminalKeyRecord | undefined;
  for (const key of register.keys) {
    if (key.certificate === undefined || key.destroyedAt !== undefined) continue;
    if (key.certificate.installedAt >= (last?.certificate?.installedAt ?? '')) last = key;
  }
  if (last === undefined)
    throw new KeyError(
      'key-not-found',
      'No terminal key has a certificate yet. Install what J-LIS sent back first.',
    );
  return last;
}

/** Which key serves the cards of `profile` at `at`; `undefined` before any does. */
export function activeAt(
  register: TerminalKeyRegister,
  profile: string,
  at: Date,
): TerminalKeyRecord | undefined {
  let active: { id: string; from: number } | undefined;
  for (const turn of register.turns) {
    const from = Date.parse(turn.from);
    // Of two turns at the same time the one that was written later counts.
    if (turn.profile === profile && from <= at.getTime() && from >= (active?.from ?? -Infinity))
      active = { id: turn.id, from };
  }
  return register.keys.find((key) => key.id === active?.id && key.destroyedAt === undefined);
}
