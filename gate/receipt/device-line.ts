import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { systemTimer, type Timer } from '../reader/timer.ts';
import type { ConnectLine, LineListener, PrinterLine } from './printer-line.ts';

/** How often a device is asked whether it has or takes something. */
const poll = 20;

/**
 * A printer at a device file: `/dev/usb/lp0`, or a serial port, which is set to raw with its rate. The
 * file is opened non-blocking and asked again and again while there is a job: a blocking read of a silent
 * printer would hold one of the few threads that all file work of the process shares.
 */
export function deviceLine(
  { path, baud }: { readonly path: string; readonly baud?: number },
  timer: Timer = systemTimer,
): ConnectLine {
  return async (listener) => {
    const { O_RDWR, O_NONBLOCK, O_NOCTTY } = constants;
    const file = await open(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
    const isTerminal = isatty(file.fd);
    try {
      if (isTerminal) await setRaw(path, baud);
      await throwAwayWhatIsLeft(file);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new DeviceLine(file, isTerminal, listener, timer);
  };
}

class DeviceLine implements PrinterLine {
  readonly #file: FileHandle;
  readonly #isTerminal: boolean;
  readonly #listener: LineListener;
  readonly #timer: Timer;
  #closed = false;

  constructor(file: FileHandle, isTerminal: boolean, listener: LineListener, timer: Timer) {
    this.#file = file;
    this.#isTerminal = isTerminal;
    this.#listener = listener;
    this.#timer = timer;
    void this.#listen();
  }

  async write(bytes: Uint8Array): Promise<void> {
    let from = 0;
    while (from < bytes.length) {
      if (this.#closed) throw new Error('The line to the printer is closed.');
      const written = await unlessBusy(() => this.#file.write(bytes, from));
      if (written === undefined) await this.#wait();
      else from += written.bytesWritten;
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #listen(): Promise<void> {
    const buffer = Buffer.alloc(256);
    try {
      while (!this.#closed) {
        const read = await unlessBusy(() => this.#file.read(buffer));
        // A USB printer may send packets with nothing in them; a terminal that reads nothing has hung up.
        if (read?.bytesRead === 0 && this.#isTerminal) break;
        if (read === undefined || read.bytesRead === 0) await this.#wait();
        else this.#listener.onBytes(Uint8Array.from(buffer.subarray(0, read.bytesRead)));
      }
    } catch {
      // Unplugged.
    }
    this.#closed = true;
    await this.#file.close().catch(() => undefined);
    this.#listener.onEnd();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#timer.after(poll, resolve);
    });
  }
}

/** Without echo and without any change to the bytes; the rate as it is where none is given. */
async function setRaw(path: string, baud: number | undefined): Promise<void> {
  const rate = baud === undefined ? [] : [String(baud)];
  await promisify(execFile)('stty', ['-F', path, ...rate, 'raw', '-echo', 'clocal'], { timeout: 3000 });
}

/** An answer to a question of before, which would be taken for one of now. */
async function throwAwayWhatIsLeft(file: FileHandle): Promise<void> {
  const buffer = Buffer.alloc(256);
  for (let round = 0; round < 64; round += 1) {
    const read = await unlessBusy(() => file.read(buffer));
    if (read === undefined || read.bytesRead === 0) return;
  }
}

async function unlessBusy<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}
