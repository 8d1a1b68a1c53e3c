import type { Reader, ReaderListener, ReaderStatus } from '../reader/reader.ts';
import { CheckError } from './check-error.ts';

/** Which readers are there; where none is, what its watch says to do. */
export async function checkReaders(watch: (listener: ReaderListener) => Reader): Promise<string> {
  const { readers, problem } = await firstStatus(watch);
  if (problem !== undefined) throw new CheckError('no-reader', problem);
  return `${readers.length === 1 ? 'One reader' : `${readers.length} readers`}: ${readers.join(', ')}.`;
}

async function firstStatus(watch: (listener: ReaderListener) => Reader): Promise<ReaderStatus> {
  let told: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    told = resolve;
  });
  const reader = watch({ onCard: () => undefined, onStatus: told });
  try {
    await first;
    // Several readers are told of one by one, in one go.
    await new Promise((resolve) => setImmediate(resolve));
    return reader.status;
  } finally {
    await reader.close();
  }
}
