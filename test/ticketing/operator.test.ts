import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../authority/authority.ts';
import type { AuthorityServer } from '../authority/server.ts';
import { bundleProgram, type BundledProgram } from '../token/bundled-program.ts';
import { softhsmModule } from '../token/modules.ts';
import { answeringAt, Browser } from './browser.ts';
import { startService, type ServiceProcess } from './service-process.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'ticketing', 'README.md'), 'utf8');
const [, chapter = ''] = /^## The service\n(.*?)^## /ms.exec(readme) ?? [];
const pin = 'pin-of-the-service';
const origin = 'https://tickets.example';
const owner = { name: 'Aoki', signIn: 'aoki@hall.example', password: 'a long walk by the sea' };

let clone: BundledProgram;
let server: AuthorityServer;
const running: ServiceProcess[] = [];

beforeAll(async () => {
  const authority = await Authority.create();
  server = await authority.serve();
  clone = await bundleProgram();
  for (const purpose of ['authentication', 'signature'] as const) {
    const { certificate } = authority.root(purpose, 2023);
    writeFileSync(join(clone.folder, `${purpose}-2023.cer`), certificate);
  }
  writeFileSync(join(clone.folder, 'ticketing.toml'), printedConfig());
  writeFileSync(join(clone.folder, 'softhsm2.conf'), `directories.tokendir = ${clone.folder}\n`);
});

afterAll(async () => {
  for (const each of running) await each.stop('SIGKILL');
  await server.close();
  clone.remove();
});

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: clone.folder,
    LANG: 'C.UTF-8',
    SOFTHSM2_CONF: join(clone.folder, 'softhsm2.conf'),
    KAZASU_PIN: pin,
    KAZASU_SO_PIN: 'pin-of-the-officer',
  };
}

/** The configuration as printed, at any free port, with the sandbox's authority. */
function printedConfig(): string {
  const [, printed = ''] = /^```toml\n(.*?)^```$/ms.exec(chapter) ?? [];
  return printed
    .replace('127.0.0.1:7350', '127.0.0.1:0')
    .replace('http://127.0.0.1:7400', server.url)
    .replace('/usr/lib/softhsm/libsofthsm2.so', softhsmModule());
}

/** Runs printed commands in one shell; the sandbox's roots are not known by name, hence the yes. */
function run(text: string): { status: number | null; output: string } {
  const programs = 'npx() { program=$1; shift; node "dist/${program#kazasu-}/$program.js" --json "$@"; }';
  const script = `set -eu\n${programs}\n${text.replace('trust add', 'trust add --yes')}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: clone.folder,
    encoding: 'utf8',
    env: environment(),
  });
  return { status, output: stdout + stderr };
}

async function start(): Promise<ServiceProcess> {
  const { ticketing, folder } = clone;
  const service = await startService({
    program: ticketing,
    folder,
    config: 'ticketing.toml',
    environment: environment(),
  });
  running.push(service);
  return service;
}

const secretOf = (link: string): string => new URL(link).hash.slice(1);

describe('an operator', () => {
  it('comes from nothing to a service as the README prints it, and is told what is missing on the way', async () => {
    const [setUp = ''] = [...chapter.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);
    const steps = setUp.split('\n').filter((line) => !line.includes('kazasu-ticketing'));
    const made = run(steps.join('\n'));
    expect(made, made.output).toMatchObject({ status: 0 });

    await expect(start()).rejects.toThrow(/"error":"other-version".*db migrate/);
    const migrated = run('npx kazasu-ticketing db migrate --config ticketing.toml');
    expect(migrated, migrated.output).toMatchObject({ status: 0 });
    expect(run('npx kazasu-ticketing db migrate --config ticketing.toml').output).toContain('"steps":[]');
  });

  it('invites an owner, who signs in, reads, and is still signed in after the service was stopped and started', async () => {
    const invited = run('npx kazasu-ticketing owner invite --config ticketing.toml');
    expect(invited, invited.output).toMatchObject({ status: 0 });
    const { link } = JSON.parse(invited.output) as { link: string };

    const service = await start();
    const printed = await service.ownerLink();
    expect(printed).not.toBe(link);
    const browser = new Browser(answeringAt(service.url), origin);
    expect(await browser.ask('GET /api/audit')).toMatchObject({ status: 401 });
    const secret = secretOf(link);
    expect(await browser.ask('POST /api/invitation/look', { secret })).toMatchObject({
      status: 200,
      body: { organisation: 'Hall', role: 'owner' },
    });
    expect(await browser.ask('POST /api/invitation/accept', { secret, person: owner })).toMatchObject({
      status: 204,
    });
    expect(await browser.ask('POST /api/invitation/look', { secret })).toMatchObject({ status: 410 });
    expect(await browser.ask('GET /api/audit?limit=1')).toMatchObject({
      status: 200,
      body: { items: [{ act: 'people.join' }] },
    });
    expect(await service.stop()).toBe(0);

    const again = await start();
    const later = new Browser(answeringAt(again.url), origin);
    later.cookie = browser.cookie;
    expect(await later.ask('GET /api/me')).toMatchObject({ status: 200, body: { person: { name: 'Aoki' } } });
    later.cookie = undefined;
    const { signIn, password } = owner;
    expect(await later.ask('POST /api/sign-in/password', { signIn, password })).toMatchObject({
      status: 204,
    });
    expect(await later.ask('GET /readyz')).toMatchObject({ body: { ready: true, missing: [] } });
    expect(await again.stop('SIGINT')).toBe(0);

    // There is an owner: nobody else is invited unasked.
    expect(again.said).toHaveLength(1);
    const written = [...service.log, ...again.log].join('\n');
    expect(written).toContain('POST /api/sign-in/password 204');
    const unsaid = [secret, secretOf(printed), password, pin, browser.cookie?.split('=')[1] ?? '', 'Aoki'];
    for (const each of unsaid) expect(written).not.toContain(each);
  });
});
