import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spreadOf } from './gate-bench/spread.ts';

/** What this machine is good for, by things that are not ours: times on two machines compare through them. */
export interface Yardstick {
  /** Node's own RSA-2048 signature, the median in milliseconds. */
  readonly rsa2048: number;
  /** Node's own SHA-256 over a large buffer, in MB a second. */
  readonly sha256: number;
  /** A page written and on the disk, the median in milliseconds. */
  readonly fsync: number;
}

/** Takes a second. */
export function measureMachine(): Yardstick {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const message = new Uint8Array(32);
  const rsa2048 = medianOf(200, () => sign('sha256', message, privateKey));
  const large = Buffer.alloc(16e6);
  const sha256 = 16e3 / medianOf(9, () => createHash('sha256').update(large).digest());
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-yardstick-'));
  const file = openSync(join(folder, 'page'), 'w');
  try {
    const page = Buffer.alloc(4096);
    const fsync = medianOf(50, () => {
      writeSync(file, page, 0, page.length, 0);
      fsyncSync(file);
    });
    return { rsa2048, sha256, fsync };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** In words, for whoever reads the figures on another machine. */
export function yardstickInWords(yardstick: Yardstick | undefined): string {
  if (yardstick === undefined) return '';
  const { rsa2048, sha256, fsync } = yardstick;
  const short = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en');
  return (
    `To compare machines by: Node’s own RSA-2048 signature takes ${short(rsa2048)} ms here, its SHA-256 does ` +
    `${short(sha256)} MB a second, a page is on the disk in ${short(fsync)} ms.`
  );
}

function medianOf(times: number, act: () => unknown): number {
  const milliseconds = Array.from({ length: times }, () => {
    const began = performance.now();
    act();
    return performance.now() - began;
  });
  return spreadOf(milliseconds).median;
}
