import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram, type BundledProgram } from './bundled-program.ts';
import { firstOf } from './modules.ts';

/** What `token check --json` says, as far as it is looked at here. */
interface Report {
  readonly fit: boolean;
  readonly reasons: readonly string[];
  readonly trials: readonly { readonly kind: string; readonly outcome: string }[];
}

let clone: BundledProgram;

beforeAll(async () => {
  clone = await bundleProgram();
});

afterAll(() => {
  clone.remove();
});

function check(): string[] {
  return [
    process.execPath,
    clone.program,
    '--json',
    'token',
    'check',
    '--state',
    join(clone.folder, 'state'),
  ];
}

/** Runs it and reads the report; `token check` ends with 1 where it refuses. */
function reportOf(command: string, ...given: string[]): Promise<Report> {
  return new Promise((resolve, reject) => {
    execFile(command, given, { cwd: clone.folder, timeout: 50_000 }, (error, stdout, stderr) => {
      const [line = ''] = stdout.split('\n');
      if (error?.code !== 1 || !line.startsWith('{'))
        reject(new Error(`not a refusal (${String(error?.code)}): ${stdout}${stderr}`));
      else resolve(JSON.parse(line) as Report);
    });
  });
}

describe('token check', () => {
  it('refuses opencryptoki’s software token, which gives away the keys that it unwraps', async () => {
    const module = firstOf('opencryptoki', [
      '/usr/lib/x86_64-linux-gnu/opencryptoki/libopencryptoki.so.0',
      '/usr/lib/aarch64-linux-gnu/opencryptoki/libopencryptoki.so.0',
      '/usr/lib64/opencryptoki/libopencryptoki.so.0',
    ]);
    const script = join(import.meta.dirname, 'opencryptoki.sh');
    const namespaces = ['--mount', '--ipc', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const report = await reportOf('unshare', ...user, ...namespaces, 'sh', script, module, ...check());
    const gave = report.trials.filter(({ outcome }) => outcome === 'gave').map(({ kind }) => kind);
    expect(report.fit).toBe(false);
    expect(gave).toEqual(['HMAC key that came wrapped']);
    expect(report.reasons).toContain(
      'It gives away a key that must stay inside (HMAC key that came wrapped): asked for its parts, it answers CKA_VALUE.',
    );
    expect(report.reasons.some((reason) => reason.includes('CKM_ECDSA'))).toBe(true);
  });

  it('refuses tpm2-pkcs11, which cannot unwrap keys', async () => {
    const module = firstOf('libtpm2-pkcs11-1', [
      '/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so',
      '/usr/lib/aarch64-linux-gnu/pkcs11/libtpm2_pkcs11.so',
      '/usr/lib64/pkcs11/libtpm2_pkcs11.so',
    ]);
    const folder = join(clone.folder, 'tpm');
    mkdirSync(folder);
    const script = join(import.meta.dirname, 'tpm2-pkcs11.sh');
    const report = await reportOf('sh', script, folder, module, ...check());
    expect(report.fit).toBe(false);
    expect(report.reasons).toContain(
      'It lacks CKM_RSA_PKCS_OAEP (to unwrap a key), which the transport key needs.',
    );
  });
});
