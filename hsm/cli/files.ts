import { open, readFile, rm, stat } from 'node:fs/promises';
import { KeyError } from '../keys/key-error.ts';
import { decodeRecipient, type Recipient } from '../keys/recipient.ts';

/** More than any file that these commands take. */
const LONGEST = 1_048_576;

/** Reads a file that the user named. */
export async function readGiven(path: string): Promise<Buffer> {
  try {
    if ((await stat(path)).size <= LONGEST) return await readFile(path);
  } catch (cause) {
    throw new KeyError('malformed', `The file ${path} cannot be read; check that it is there.`, { cause });
  }
  throw new KeyError('malformed', `The file ${path} is far too large to be what this command takes.`);
}

/** Reads a gate's transport key. */
export async function readRecipient(path: string): Promise<Recipient> {
  return decodeRecipient((await readGiven(path)).toString('utf8'));
}

/**
 * Makes a new file for what `work` gives. The file is made before the work is begun, so that what cannot
 * be written is said first, and taken away again where the work fails.
 */
export async function writeNew<T>(
  path: string,
  work: () => Promise<{ readonly text: string | Uint8Array; readonly result: T }>,
): Promise<T> {
  let file;
  try {
    file = await open(path, 'wx', 0o644);
  } catch (cause) {
    throw new KeyError(
      'malformed',
      `The file ${path} cannot be made: it is there already, or its folder is not.`,
      { cause },
    );
  }
  try {
    const { text, result } = await work();
    await file.writeFile(text);
    await file.sync();
    return result;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
