import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const debianPrograms = '/usr/lib/postgresql';

export interface PostgresCluster {
  /** The address of a new, empty database. */
  newDatabase(): string;
  stop(): void;
}

/**
 * A PostgreSQL of one's own in a temporary folder, on a Unix socket alone. It keeps nothing: what it is
 * stopped with is gone, so it need not wait for the disk, unless how fast it is matters.
 */
export function startPostgres({ durable = false } = {}): PostgresCluster {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-postgres-'));
  const data = join(folder, 'data');
  if (isRoot) run('chown', ['postgres', folder]);
  chmodSync(folder, 0o755);
  asPostgres('initdb', [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'kazasu',
    '--no-sync',
    '--locale=C.UTF-8',
    '-E',
    'UTF8',
  ]);
  const options = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=${durable ? 'on' : 'off'} -c max_connections=200`;
  asPostgres('pg_ctl', ['-D', data, '-w', '-s', '-l', join(folder, 'log'), '-o', options, 'start']);
  let count = 0;
  return {
    newDatabase: () => {
      count += 1;
      const name = `test${count}`;
      run(program('createdb'), ['-h', folder, '-U', 'kazasu', name]);
      return `postgres://kazasu@/${name}?host=${encodeURIComponent(folder)}`;
    },
    stop: () => {
      asPostgres('pg_ctl', ['-D', data, '-w', '-s', '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root. */
function asPostgres(name: string, args: string[]): void {
  if (isRoot)
    run('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program(name), ...args]);
  else run(program(name), args);
}

function program(name: string): string {
  const [newest] = existsSync(debianPrograms)
    ? readdirSync(debianPrograms).sort((a, b) => Number(b) - Number(a))
    : [];
  return newest === undefined ? name : join(debianPrograms, newest, 'bin', name);
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
}
