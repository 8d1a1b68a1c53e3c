import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CheckError } from './check-error.ts';

/** Room for a long event: a tap takes about a kilobyte in the journal, its index and its log of writes. */
const leastFree = 64 * 1024 * 1024;

/** Whether the state folder takes writes, and has room for an event's. */
export function checkDisk(state: string): string {
  const probe = join(state, `.ready-check-${process.pid}`);
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const handle = openSync(probe, 'w', 0o600);
    try {
      writeSync(handle, Buffer.alloc(64 * 1024, 1));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw new CheckError(
      'disk-full',
      `Nothing can be written to the state folder ${state}: free some space on its disk, and see that this user may write there.`,
      { cause },
    );
  } finally {
    rmSync(probe, { force: true });
  }
  const { bavail, bsize } = statfsSync(state);
  const free = bavail * bsize;
  if (free < leastFree) {
    throw new CheckError(
      'disk-full',
      `Only ${megabytes(free)} MB are free on the disk of the state folder ${state}: free ${megabytes(leastFree)} MB before doors.`,
    );
  }
  return `Writable, ${megabytes(free)} MB free.`;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024));
}
