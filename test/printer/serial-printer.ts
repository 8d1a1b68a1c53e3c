import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { VirtualPrinter } from './virtual-printer.ts';

/** Of util-linux, which every Debian has. */
const terminalMaker = 'script';

/** A virtual printer at a device file of its own: a pseudo-terminal, as a serial port is one. */
export interface SerialPrinter {
  readonly printer: VirtualPrinter;
  /** Such as /dev/pts/3. */
  readonly address: string;
  /** Pulls the cable out: the device file is gone. */
  close(): Promise<void>;
}

/**
 * Starts a virtual printer behind a pseudo-terminal. `script` (util-linux) makes one and holds its other
 * end, which Node cannot; what is written to the device comes out of it, and what goes in is read there.
 */
export async function startSerialPrinter(): Promise<SerialPrinter> {
  const printer = new VirtualPrinter();
  // The shell says which terminal it has, stops it from changing or echoing bytes, and stays.
  const command = 'tty && stty raw -echo && echo ready && exec sleep 86400';
  const child = spawn(terminalMaker, ['--quiet', '--flush', '--return', '--command', command, '/dev/null']);
  const address = await terminalOf(child);
  printer.answerTo((bytes) => {
    child.stdin.write(bytes);
  });
  child.stdout.on('data', (bytes: Buffer) => {
    printer.receive(bytes);
  });
  return {
    printer,
    address,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function terminalOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (bytes: Buffer): void => {
      said += bytes.toString('latin1');
      const match = /^(\/dev\/\S+)\s+ready\s+$/.exec(said);
      if (match?.[1] === undefined) return;
      child.stdout.off('data', listen);
      resolve(match[1]);
    };
    child.stdout.on('data', listen);
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`script ended before it had a terminal: ${said}`));
    });
  });
}
