import { rm } from 'node:fs/promises';
import type { VirtualCard } from '../card/virtual-card.ts';
import { serveCard, type VpcdConnection } from './vpcd-connection.ts';
import { enterNamespace } from './pcscd-keeper.ts';
import { configureReaders, type ReaderSet } from './reader-set.ts';
import { VirtualReaderError } from './reader-error.ts';
import { findReaderParts } from './reader-parts.ts';

/** A pcscd of one's own, with virtual readers to lay virtual cards on. */
export interface PrivatePcscd {
  /** The value for PCSCLITE_CSOCK_NAME in the environment of whoever is to find this pcscd. */
  readonly socket: string;
  /** What the readers are called, in the order of their numbers. */
  readonly readerNames: readonly string[];
  /**
   * Lays a card on a reader, and resolves when the reader has looked at it (up to 0.4 s: pcscd polls).
   * While pcscd is stopped the card just lies there, and is seen when it starts.
   */
  insert(reader: number, card: VirtualCard): Promise<void>;
  /** Takes the card away, if there is one, and resolves when pcscd has noticed (up to 0.4 s). */
  remove(reader: number): Promise<void>;
  /** Whether a card lies on the reader. A card that left by itself no longer does. */
  occupied(reader: number): boolean;
  /** Kills pcscd in the middle of whatever it does (SIGKILL); the cards stay on their readers. */
  stop(): Promise<void>;
  /** Starts pcscd again, behind the same socket. */
  start(): Promise<void>;
  /** Ends all of it and removes what it wrote. */
  close(): Promise<void>;
}

/** What lies on a reader; without a connection where nothing looks at it. */
interface Slot {
  readonly card: VirtualCard;
  connection?: VpcdConnection;
}

/**
 * Starts a pcscd that clashes with nothing on the machine: it lives in network and mount namespaces of its
 * own, with vpcd's virtual readers alone, and is reached through a socket in `folder`. The cards live in
 * this process. Needs root, or a kernel that lets ordinary users make namespaces. Should this process be
 * killed, all of it goes too.
 *
 * @example
 * const pcscd = await startPrivatePcscd({ folder });
 * process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket; // before a PC/SC client makes its context
 * await pcscd.insert(0, card);
 */
export async function startPrivatePcscd(options: {
  folder: string;
  readers?: number;
}): Promise<PrivatePcscd> {
  const parts = await findReaderParts();
  const readers = await configureReaders(options.folder, parts.driver, options.readers ?? 2);
  const keeper = await enterNamespace(parts, readers).catch(async (error: unknown) => {
    await removeFiles(readers);
    throw error;
  });
  const slots = new Map<number, Slot>();
  let closed = false;

  const portOf = (reader: number): number => {
    const port = readers.ports[reader];
    if (port === undefined) {
      throw new VirtualReaderError(
        'no-such-reader',
        `There is no virtual reader ${reader}: this pcscd was started with ${readers.ports.length}, counted from 0.`,
      );
    }
    return port;
  };

  const connect = async (reader: number, slot: Slot): Promise<void> => {
    const connection = serveCard(await keeper.connect(portOf(reader)), slot.card);
    slot.connection = connection;
    void connection.gone.then((why) => {
      delete slot.connection;
      if (why === 'card-left' && slots.get(reader) === slot) slots.delete(reader);
    });
    await connection.seen;
  };

  const start = async (): Promise<void> => {
    if (closed) throw new VirtualReaderError('closed', 'This private pcscd was closed: start another one.');
    await keeper.start();
    await Promise.all([...slots].map(([reader, slot]) => connect(reader, slot)));
  };

  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    for (const slot of slots.values()) slot.connection?.leave();
    await keeper.close();
    await removeFiles(readers);
  };

  await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });

  return {
    socket: readers.socket,
    readerNames: readers.names,
    async insert(reader, card) {
      portOf(reader);
      const before = slots.get(reader)?.connection;
      if (before?.present() === true) {
        throw new VirtualReaderError(
          'reader-occupied',
          `A card lies on virtual reader ${reader}: remove it first.`,
        );
      }
      await before?.gone;
      const slot: Slot = { card };
      slots.set(reader, slot);
      if (keeper.running()) await connect(reader, slot);
    },
    async remove(reader) {
      portOf(reader);
      const slot = slots.get(reader);
      slot?.connection?.leave();
      await slot?.connection?.gone;
      if (slots.get(reader) === slot) slots.delete(reader);
    },
    occupied(reader) {
      portOf(reader);
      const slot = slots.get(reader);
      return slot !== undefined && (slot.connection?.present() ?? true);
    },
    stop: () => keeper.kill(),
    start,
    close,
  };
}

async function removeFiles(readers: ReaderSet): Promise<void> {
  await Promise.all(readers.files.map((path) => rm(path, { recursive: true, force: true })));
}
