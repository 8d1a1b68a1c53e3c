import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file in one step: a failure half-way leaves what was there, never half an export. */
export async function writeWholeFile(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const pending = `${path}.${process.pid}.part`;
  try {
    await writeFile(pending, content, { flush: true });
    await rename(pending, path);
  } catch (error) {
    await rm(pending, { force: true });
    throw error;
  }
}
