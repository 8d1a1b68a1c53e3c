import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import type { BenchGate } from './bench-gate.ts';

const pageBytes = 4096;
/** What the journal's write-ahead log takes of one tap, and how long it is before it begins anew. */
const pagesOfTap = 9;
const pagesOfLog = 4000;

/**
 * What no gate can do without on this machine, whatever its code: a signature of the terminal key by the HSM,
 * and a tap's pages written and on the disk. Answers the milliseconds of each round of both.
 */
export async function tapFloor({ world, folder }: BenchGate, rounds: number): Promise<number[]> {
  const config = readConfig(world.config);
  const token = await world.tokens.open(config.pkcs11.token);
  const key = (await openTerminalKeys(token, config.state)).active(config.cardProfile, new Date());
  const file = openSync(join(folder, 'floor'), 'w');
  try {
    writeSync(file, Buffer.alloc(pagesOfLog * pageBytes));
    const pages = Buffer.alloc(pagesOfTap * pageBytes, 1);
    const challenge = new Uint8Array(16);
    const milliseconds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await key.sign(challenge);
      writeSync(file, pages, 0, pages.length, ((round * pagesOfTap) % (pagesOfLog - pagesOfTap)) * pageBytes);
      fsyncSync(file);
      milliseconds.push(performance.now() - began);
    }
    return milliseconds;
  } finally {
    closeSync(file);
    token.close();
  }
}
