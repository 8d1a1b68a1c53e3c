import { execFile } from 'node:child_process';

/** How one of OpenSC's programs ended, and all that it said. */
export interface Outcome {
  readonly status: number;
  readonly said: string;
}

/**
 * Runs one of OpenSC's programs, unchanged, against the pcscd behind `socket`. It must not block this
 * process, in which the cards live.
 */
export function runOpensc(socket: string, program: string, ...options: readonly string[]): Promise<Outcome> {
  // No file of configuration: what is tried here is OpenSC as it comes.
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: socket, OPENSC_CONF: '/dev/null', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(program, options, { env }, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, said: `${out}${err}${status === -1 ? (error?.message ?? '') : ''}` });
    });
  });
}

/** What a PKCS#11 slot of OpenSC's module is called: two to a card, for its two PINs. */
export function slotOf(reader: number, pin: 'authentication' | 'signature'): string {
  return String(reader * 4 + (pin === 'authentication' ? 0 : 1));
}

/** The tries left of both PINs, as `pkcs15-tool --list-pins` tells. */
export function triesIn(said: string): number[] {
  return [...said.matchAll(/Tries left\s*: (\d+)/g)].map((match) => Number(match[1]));
}
