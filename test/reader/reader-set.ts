import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { VirtualReaderError } from './reader-error.ts';

/** Files and numbers of a set of virtual readers. */
export interface ReaderSet {
  readonly folder: string;
  /** Where pcscd's socket is to appear. */
  readonly socket: string;
  readonly configuration: string;
  /** An empty folder, to cover the USB drivers with. */
  readonly nothing: string;
  readonly names: readonly string[];
  /** The port at which each reader waits for a card, within its network namespace. */
  readonly ports: readonly number[];
  /** What there is to remove afterwards. */
  readonly files: readonly string[];
}

/** vpcd's driver has this many slots, and pcscd room for so many readers in all. */
const slotsOfDriver = 2;
const mostReaders = 16;

/** Within a network namespace of one's own any port is free. */
const firstPort = 0x8c7b;

/** Linux keeps a socket's path in 108 bytes, the last one 0. */
const longestSocketPath = 107;

/**
 * Writes pcscd's configuration for `count` virtual readers into `folder`. One driver library serves two
 * readers and keeps them in static memory, so each further pair gets a copy of the library.
 */
export async function configureReaders(folder: string, driver: string, count: number): Promise<ReaderSet> {
  if (!Number.isInteger(count) || count < 1 || count > mostReaders) {
    throw new VirtualReaderError(
      'too-many-readers',
      `pcscd has room for 1 to ${mostReaders} readers, not ${count}.`,
    );
  }
  const home = resolve(folder);
  const parts = join(home, 'vpcd');
  const nothing = join(parts, 'nothing');
  const socket = join(home, 'pcscd.comm');
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new VirtualReaderError(
      'pcscd-not-started',
      `The folder's path is too long for a socket in it (${longestSocketPath} bytes at most): choose a shorter one.`,
    );
  }
  if (/[\s"#]/.test(home)) {
    throw new VirtualReaderError(
      'pcscd-not-started',
      'pcscd reads no path with spaces, quotes or # in it: choose another folder for the virtual readers.',
    );
  }
  await mkdir(nothing, { recursive: true });

  const entries: string[] = [];
  for (let pair = 0; pair < Math.ceil(count / slotsOfDriver); pair += 1) {
    const library = join(parts, `driver-${pair}.so`);
    await copyFile(driver, library);
    const port = firstPort + pair * slotsOfDriver;
    entries.push(
      `FRIENDLYNAME "${nameOfPair(pair)}"`,
      `DEVICENAME /dev/null:${port}`,
      `LIBPATH ${library}`,
      `CHANNELID ${port}`,
      '',
    );
  }
  const configuration = join(parts, 'reader.conf');
  await writeFile(configuration, entries.join('\n'));

  const numbers = Array.from({ length: count }, (_, reader) => reader);
  return {
    folder: home,
    socket,
    configuration,
    nothing,
    names: numbers.map(
      (reader) => `${nameOfPair(Math.floor(reader / slotsOfDriver))} 00 0${reader % slotsOfDriver}`,
    ),
    ports: numbers.map((reader) => firstPort + reader),
    files: [parts, socket, join(home, 'pcscd.pid')],
  };
}

/** Kazasu Virtual A, B, …; pcscd adds the numbers of the reader and of its slot. */
function nameOfPair(pair: number): string {
  return `Kazasu Virtual ${String.fromCharCode(0x41 + pair)}`;
}
