import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { readState, writeState } from '../keys/state-folder.ts';
import { CeremonyError } from './ceremony-error.ts';
import type { CeremonyLog } from './ceremony-log.ts';

const FILE = 'approvers.json';
/** About 0.1 s and 64 MiB for each guess at a PIN, for someone who has stolen the file. */
const COST = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 } as const;
const SHORTEST_PIN = 8;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

const Shape = z.strictObject({
  format: z.literal('kazasu/approvers/v1'),
  approvers: z.array(
    z.strictObject({ name: z.string().regex(NAME), salt: z.base64(), verifier: z.base64() }),
  ),
});

type ApproverFile = z.infer<typeof Shape>;

/**
 * The persons whose approval acts need that no one should do alone: destroying keys, and terminal keys
 * that several gates share. Each has a PIN of their own; two of them, typed at the act, approve it.
 *
 * What it guards against is one person acting alone through this program, by mistake or on purpose. It is
 * no wall against someone who is both administrator of the machine and holder of the token's PIN: that one
 * can use the token with another program. So give those two to different people. Every change of the list
 * is in the ceremony log with the list's digest, and a list that was changed behind the log's back is refused.
 */
export class Approvers {
  readonly #file: ApproverFile;

  private constructor(file: ApproverFile) {
    this.#file = file;
  }

  /** Reads the list of a state folder and holds it against the log. */
  static async open(folder: string, log: CeremonyLog): Promise<Approvers> {
    const text = await readState(folder, FILE);
    const known = log.entries.findLast((entry) => typeof entry.detail['approversDigest'] === 'string');
    const expected = known?.detail['approversDigest'];
    if ((text === undefined ? undefined : digestOf(text)) !== expected)
      throw new CeremonyError(
        'approvers-changed',
        'The list of approvers is not the one that the ceremony log knows. Find out who changed it, and bring back the old file.',
      );
    return new Approvers(text === undefined ? { format: 'kazasu/approvers/v1', approvers: [] } : parse(text));
  }

  get names(): string[] {
    return this.#file.approvers.map(({ name }) => name);
  }

  /** Whether there are two to ask. */
  get inForce(): boolean {
    return this.#file.approvers.length >= 2;
  }

  /** The list with one more. */
  async with(name: string, pin: string): Promise<Approvers> {
    if (!NAME.test(name))
      throw new CeremonyError('malformed', 'A name has 1 to 64 letters, digits, spaces, dots and dashes.');
    if (this.names.includes(name))
      throw new CeremonyError(
        'approver-exists',
        `${name} is an approver already. Remove the old entry first.`,
      );
    if (pin.length < SHORTEST_PIN)
      throw new CeremonyError('malformed', `An approver's PIN has at least ${SHORTEST_PIN} characters.`);
    const salt = randomBytes(16);
    const entry = {
      name,
      salt: salt.toString('base64'),
      verifier: (await verifierOf(pin, salt)).toString('base64'),
    };
    return new Approvers({ ...this.#file, approvers: [...this.#file.approvers, entry] });
  }

  /** The list with one fewer. */
  without(name: string): Approvers {
    this.#entryOf(name);
    return new Approvers({
      ...this.#file,
      approvers: this.#file.approvers.filter((each) => each.name !== name),
    });
  }

  /** Checks one person's PIN. */
  async approve(name: string, pin: string): Promise<void> {
    const entry = this.#entryOf(name);
    const shown = await verifierOf(pin, Buffer.from(entry.salt, 'base64'));
    const expected = Buffer.from(entry.verifier, 'base64');
    if (shown.length === expected.length && timingSafeEqual(shown, expected)) return;
    throw new CeremonyError('approval-refused', `That is not the approver PIN of ${name}. Nothing was done.`);
  }

  /** Writes the list; the digest goes into the log. */
  async save(folder: string): Promise<{ approversDigest: string }> {
    const text = `${JSON.stringify(this.#file, null, 2)}\n`;
    await writeState(folder, FILE, text);
    return { approversDigest: digestOf(text) };
  }

  #entryOf(name: string): ApproverFile['approvers'][number] {
    const entry = this.#file.approvers.find((each) => each.name === name);
    if (entry === undefined)
      throw new CeremonyError(
        'approver-unknown',
        `${name} is no approver. "ceremony approvers" shows who is.`,
      );
    return entry;
  }
}

function parse(text: string): ApproverFile {
  try {
    return Shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new CeremonyError('malformed', 'The list of approvers is damaged. Bring back a copy.', { cause });
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function verifierOf(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFC'), salt, 32, COST, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
