// Prepares this machine for what comes next: `node test/set-up/set-up.mjs start|test|bench`.
//
// It runs before anything is installed, so it is plain JavaScript on Node alone. It says what it is
// about to do, does only what is missing, and where it may not do something it names the one command
// that does. Run again, it finds all in place and is silent.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian packages, and what each is for. */
const packages = {
  start: {
    'build-essential': 'compiles the native modules of npm packages',
    python3: 'drives that compilation (node-gyp)',
    'pkg-config': 'tells that compilation where PC/SC is',
    'libpcsclite-dev': 'PC/SC headers',
    pcscd: 'the smart card service',
    'vsmartcard-vpcd': 'the virtual card reader',
    softhsm2: 'the embedded HSM',
    iproute2: 'a network namespace of its own for the virtual reader',
    'util-linux': 'unshare and setpriv, likewise',
    'fonts-noto-cjk': 'Japanese type for the screens',
  },
  test: {
    chromium: 'shows the screens as visitors and staff see them',
    opensc: 'reads the virtual cards as a stranger would',
    postgresql: 'the other database of the ticketing service',
    openssl: 'judges certificates as a stranger would',
    'libnss3-tools': 'a second PKCS#11 module, and its tools',
    opencryptoki: 'a PKCS#11 module that must be refused',
    'libtpm2-pkcs11-1': 'another one that must be refused',
    'libtpm2-pkcs11-tools': 'prepares it',
    swtpm: 'the TPM under it',
    'tpm2-tools': 'prepares that',
  },
  bench: {
    opensc: 'the peer of the tap',
    postgresql: 'the other database of the ticketing service',
    chromium: 'shows the visitor’s screen that is measured',
  },
};

const floor = [20, 19];
const root = join(import.meta.dirname, '..', '..');
const task = process.argv[2] ?? 'start';

checkNode();
installDebianPackages({ ...packages.start, ...(task in packages ? packages[task] : {}) });
installNpmPackages();
build();

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > floor[0] || (major === floor[0] && minor >= floor[1])) return;
  stop(`Node ${process.versions.node} is too old: Kazasu needs ${floor.join('.')} or newer.`);
}

function installDebianPackages(needed) {
  if (run('dpkg-query', ['--version']).status !== 0) {
    stop(
      `Set-up knows Debian and its relatives only. On this system install what stands for: ${Object.keys(needed).join(' ')}; then run \`npm ci && npm run build\`.`,
    );
  }
  const missing = Object.keys(needed).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;

  say(
    `Missing Debian packages:\n${missing.map((name) => `  ${name.padEnd(22)} ${needed[name]}`).join('\n')}`,
  );
  if (process.getuid?.() !== 0) {
    stop(`Install them with:  sudo apt-get install --no-install-recommends ${missing.join(' ')}`);
  }
  say('Installing them with apt-get.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  runAloud('apt-get', ['update', '-q'], environment);
  const status = runAloud(
    'apt-get',
    ['install', '-q', '-y', '--no-install-recommends', ...missing],
    environment,
  );
  const left = missing.filter((name) => !isInstalled(name));
  if (status !== 0 || left.length > 0)
    stop(`apt-get could not install: ${left.join(' ')}. See its words above.`);
}

function isInstalled(name) {
  return run('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]).stdout === 'installed';
}

/** npm packages, once for each lock file and each Node whose native modules differ. */
function installNpmPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(process.versions.modules).digest('hex');
  const stamp = join(root, 'node_modules', '.kazasu-set-up');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  say(
    'Installing npm packages as the lock file has them; native modules are compiled, which takes a minute.',
  );
  if (runAloud('npm', ['ci', '--include=dev', '--ignore-scripts=false']) !== 0) {
    stop('npm could not install the packages. See its words above.');
  }
  writeFileSync(stamp, wanted);
}

function build() {
  if (runAloud('npm', ['run', '--silent', 'build']) !== 0) stop('The build failed. See the errors above.');
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8' });
}

/** Runs with its output shown (on stderr: stdout belongs to the program that follows). */
function runAloud(command, args, env = process.env) {
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] }).status;
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(1);
}
