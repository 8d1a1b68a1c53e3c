/**
 * What runs inside the namespaces, as data: a script for the shell that makes the place ready, and one for
 * Node that keeps pcscd there. They are texts, not files, so that they run the same from the sources and
 * from a build, in a process that has no TypeScript.
 */

/**
 * Run by `unshare -n -m sh -c` with the folder for the socket, the folder to put over the USB drivers, and
 * the command to go on with.
 *
 * - vpcd writes a length and then the data, without TCP_NODELAY, and so waits for the peer's acknowledgement,
 *   which Linux delays by 40 ms: `quickack` on the loopback route takes that away.
 * - pcscd's socket has a fixed path; a folder of ours mounted there brings it out under another.
 * - The USB drivers are covered up: this pcscd must not take hold of a real reader of the machine.
 */
export const prepareNamespace = `
set -e
ip link set lo up
ip route replace local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1
if [ ! -d /run/pcscd ]; then
  mount -t tmpfs tmpfs /run
  mkdir /run/pcscd
fi
mount --bind "$1" /run/pcscd
if [ -d /usr/lib/pcsc/drivers ]; then mount --bind "$2" /usr/lib/pcsc/drivers; fi
shift 2
exec "$@"
`;

/** From the parent to the one who keeps pcscd. */
export type KeeperRequest =
  | { readonly do: 'start'; readonly command: readonly string[] }
  | { readonly do: 'kill' }
  | { readonly do: 'connect'; readonly port: number; readonly id: number };

/** And back. A 'connected' comes with the socket itself. */
export type KeeperReport =
  | { readonly is: 'ready' }
  | { readonly is: 'started' }
  | { readonly is: 'exited'; readonly log: string }
  | { readonly is: 'connected'; readonly id: number }
  | { readonly is: 'unconnected'; readonly id: number; readonly message: string };

/**
 * Starts and kills pcscd, and opens connections to vpcd's ports, which exist in this network namespace only;
 * a connected socket is handed to the parent, which then speaks to the reader without a hop between.
 * A socket must be paused before it connects: what Node has read of it here does not travel along.
 */
export const keepPcscd = `
const { spawn } = require('node:child_process');
const { connect } = require('node:net');
let pcscd;
const requests = {
  start({ command }) {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    const keep = (bytes) => { log = (log + bytes).slice(-4000); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let ended = false;
    const end = (words) => {
      if (ended) return;
      ended = true;
      if (pcscd === child) pcscd = undefined;
      if (process.connected) process.send({ is: 'exited', log: log + words });
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end('exit ' + (code ?? signal)));
    pcscd = child;
    process.send({ is: 'started' });
  },
  kill() {
    pcscd?.kill('SIGKILL');
  },
  connect({ port, id }) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.pause();
    const fail = (error) => process.send({ is: 'unconnected', id, message: error.message });
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      process.send({ is: 'connected', id }, socket);
    });
  },
};
process.on('message', (request) => requests[request.do](request));
process.on('disconnect', () => {
  if (!pcscd) process.exit(0);
  pcscd.once('exit', () => process.exit(0));
  pcscd.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.send({ is: 'ready' });
`;
