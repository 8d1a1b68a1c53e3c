// Reads one list with one reader and sends what it took: run by crl-index.ts in a process of its own.
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { importRoot } from '../../hsm/certificate/root.ts';
import { readCrl } from '../../hsm/revocation/crl-reader.ts';

export interface CrlMeasurement {
  readonly entries: number;
  readonly seconds: number;
  /** By how much resident memory grew at its peak. */
  readonly peakBytes: number;
  readonly lookupNanoseconds: number;
}

const lookups = 1_000_000;

if (process.send !== undefined) {
  const [reader, list = '', root = ''] = process.argv.slice(2);
  const measurement = reader === 'kazasu' ? await kazasu(list, root) : await peculiar(list, root);
  process.send(measurement);
  process.disconnect();
}

async function kazasu(list: string, rootFile: string): Promise<CrlMeasurement> {
  const roots = [importRoot(readFileSync(rootFile))];
  const before = residentNow();
  const started = performance.now();
  const crl = await readCrl(createReadStream(list), roots);
  const seconds = (performance.now() - started) / 1000;
  const peakBytes = residentPeak() - before;
  const serial = Buffer.alloc(4);
  let found = 0;
  const lookupStarted = performance.now();
  for (let i = 0; i < lookups; i++) {
    serial.writeUInt32BE(2 ** 27 + ((i * 7919) % 2 ** 27));
    if (crl.index.has(serial)) found++;
  }
  const lookupNanoseconds = ((performance.now() - lookupStarted) * 1e6) / lookups;
  if (found === 0) throw new Error('Of a million serials none was found.');
  return { entries: crl.index.size, seconds, peakBytes, lookupNanoseconds };
}

async function peculiar(list: string, rootFile: string): Promise<CrlMeasurement> {
  giveReflection();
  const { X509Certificate, X509Crl } = await import('@peculiar/x509');
  const inside = createRequire(createRequire(import.meta.url).resolve('@peculiar/x509'));
  const { AsnConvert } = inside('@peculiar/asn1-schema') as AsnSchema;
  const { CertificateList } = inside('@peculiar/asn1-x509') as AsnX509;
  const root = new X509Certificate(readFileSync(rootFile));
  const before = residentNow();
  const started = performance.now();
  // What `new X509Crl(bytes)` does, but for the limits: as they stand it refuses over 10,000 nodes.
  const berOptions = { maxNodes: 2 ** 40, maxContentLength: 2 ** 40 };
  const crl = new X509Crl(AsnConvert.parse(readFileSync(list), CertificateList, { berOptions }));
  const verified = await crl.verify({ publicKey: root });
  const serials = new Map(crl.entries.map((entry) => [entry.serialNumber, entry]));
  const seconds = (performance.now() - started) / 1000;
  if (!verified) throw new Error('The list did not verify.');
  return { entries: serials.size, seconds, peakBytes: residentPeak() - before, lookupNanoseconds: 0 };
}

interface AsnX509 {
  readonly CertificateList: unknown;
}

interface AsnSchema {
  readonly AsnConvert: { parse(bytes: Uint8Array, type: unknown, options: object): Uint8Array };
}

/** @peculiar/x509 rests on tsyringe, which will not start without these; it has no metadata to find. */
function giveReflection(): void {
  const nothing = (): undefined => undefined;
  Object.assign(Reflect, { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing });
}

function residentNow(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

/**
 * The most that this process ever held, as the system counted it. Linux hands a parent's maximum down to a
 * child's resource usage, so there it is read where it is the process's own.
 */
function residentPeak(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
