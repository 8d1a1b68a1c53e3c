import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect as connectTo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type KeeperReport, type KeeperRequest, keepPcscd, prepareNamespace } from './namespace-child.ts';
import { VirtualReaderError } from './reader-error.ts';
import { programPath, type ReaderParts } from './reader-parts.ts';
import type { ReaderSet } from './reader-set.ts';

/** The process inside the namespaces, seen from outside. */
export interface Keeper {
  running(): boolean;
  /** Starts pcscd, and resolves when it takes clients. */
  start(): Promise<void>;
  /** Kills pcscd, and resolves when it is gone. */
  kill(): Promise<void>;
  /** A connection to a port inside. */
  connect(port: number): Promise<Socket>;
  close(): Promise<void>;
}

const startWithin = 10_000;

/** Makes the namespaces and resolves when the process inside them is ready to start pcscd. */
export async function enterNamespace(parts: ReaderParts, readers: ReaderSet): Promise<Keeper> {
  const asUser = process.getuid?.() === 0 ? [] : ['-r'];
  const child = spawn(
    parts.unshare,
    [
      ...asUser,
      ...['-n', '-m', 'sh', '-c', prepareNamespace, 'sh', readers.folder, readers.nothing],
      process.execPath,
      '--input-type=commonjs',
      '-e',
      keepPcscd,
    ],
    {
      // In a session of its own: a Ctrl-C on the terminal is for the parent, which then closes in order.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, PATH: programPath(), NODE_OPTIONS: '' },
    },
  );
  const words = collectWords(child);

  const waiting = new Map<number, { resolve: (socket: Socket) => void; reject: (error: Error) => void }>();
  let lastConnection = 0;
  let alive = true as boolean;
  /** Settles when the pcscd that runs has ended; `undefined` while none runs. */
  let life: { ended: Promise<string>; end: (log: string) => void } | undefined;

  const send = (request: KeeperRequest): void => {
    if (alive) child.send(request);
  };

  child.on('message', (message, handle) => {
    const report = message as KeeperReport;
    if (report.is === 'exited') {
      life?.end(report.log);
      life = undefined;
    } else if (report.is === 'connected' || report.is === 'unconnected') {
      const asked = waiting.get(report.id);
      waiting.delete(report.id);
      if (report.is === 'connected' && handle instanceof Socket) asked?.resolve(handle);
      else
        asked?.reject(
          noConnection(report.is === 'unconnected' ? report.message : 'the connection was lost on its way'),
        );
    }
  });
  const over = new Promise<void>((resolve) => {
    const end = (): void => {
      alive = false;
      life?.end(words());
      life = undefined;
      for (const asked of waiting.values()) asked.reject(noConnection('the namespace is gone'));
      waiting.clear();
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });

  await Promise.race([once(child, 'message'), over]);
  if (!alive) {
    throw new VirtualReaderError(
      'no-namespace',
      `The namespaces for a private pcscd could not be made: run this as root, or allow namespaces to ordinary users. ${words()}`,
    );
  }

  return {
    running: () => life !== undefined,
    async start() {
      if (life !== undefined) return;
      // What a killed pcscd left behind would make the next one think that it is the second.
      await Promise.all(readers.files.slice(1).map((path) => rm(path, { force: true })));
      let end: (log: string) => void = () => undefined;
      const ended = new Promise<string>((resolve) => {
        end = resolve;
      });
      life = { ended, end };
      send({
        do: 'start',
        command: [
          ...[parts.setpriv, '--pdeathsig', 'KILL'],
          parts.pcscd,
          '--foreground',
          '--config',
          readers.configuration,
        ],
      });
      const log = await Promise.race([takesClients(readers.socket), ended]);
      if (log !== true) {
        throw new VirtualReaderError('pcscd-not-started', `pcscd did not start. It said: ${log}`);
      }
    },
    async kill() {
      const dying = life?.ended;
      send({ do: 'kill' });
      await dying;
    },
    connect: (port) =>
      new Promise((resolve, reject) => {
        if (!alive) {
          reject(noConnection('the namespace is gone'));
          return;
        }
        lastConnection += 1;
        waiting.set(lastConnection, { resolve, reject });
        send({ do: 'connect', port, id: lastConnection });
      }),
    async close() {
      if (alive && child.connected) child.disconnect();
      await over;
    },
  };
}

/** The last that a child wrote as errors, to be shown when it fails. */
function collectWords(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    words = (words + bytes.toString()).slice(-2000);
  });
  return () => words.trim();
}

function noConnection(why: string): VirtualReaderError {
  return new VirtualReaderError('no-connection', `The virtual reader takes no card: ${why}.`);
}

/** Resolves when somebody answers at a Unix socket; to words where nobody does for too long. */
async function takesClients(path: string): Promise<true | string> {
  const deadline = Date.now() + startWithin;
  while (Date.now() < deadline) {
    if (await answers(path)) return true;
    await pause(5);
  }
  return `nothing for ${startWithin / 1000} s`;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTo(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
