import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import type { ArrivedCard } from '../../gate/reader/reader.ts';
import { openGate, type Gate } from '../../gate/tap/open-gate.ts';
import type { Tapped } from '../../gate/tap/tap.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { EventQueue } from '../gate-card/event-queue.ts';
import { startPrivatePcscd } from '../reader/private-pcscd.ts';
import { openWorld, type World, type WorldOptions } from '../world/world.ts';

/** One card that is held over one of the hall's readers. */
export interface Held {
  readonly card: VirtualCard;
  readonly reader: number;
}

/** A gate with as many readers as pcscd has room for, the last of them at the exit. */
export interface Hall {
  readonly world: World;
  readonly gate: Gate;
  /** The readers' numbers, by what they are for. */
  readonly entryReaders: readonly number[];
  readonly exitReaders: readonly number[];
  /** Holds cards over readers, all at once, and calls back in the order in which they were settled. */
  hold<Each extends Held>(
    held: readonly Each[],
    settled: (each: Each, tapped: Tapped) => void,
  ): Promise<void>;
  /** Closes the gate; the state folder and its journal stay until `remove`. */
  close(): Promise<void>;
  remove(): void;
}

const mostReaders = 16;
/** The last pair of virtual readers is called so. */
const exitReader = 'Virtual H';

/** Opens the hall on real parts: SoftHSM, pcscd, virtual readers. The gate goes by the time that is given. */
export async function openHall(
  options: Omit<WorldOptions, 'folder'> & {
    readonly door: string;
    readonly now: () => number;
    readonly readers?: number;
  },
): Promise<Hall> {
  const { readers = mostReaders } = options;
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-hall-'));
  const world = await openWorld({ ...options, folder: join(folder, 'world') });
  const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers });
  process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;
  const config = { ...readConfig(world.config), door: options.door, exitReader };
  const gate = await openGate({ config, pin: world.tokens.pin(config.pkcs11.token), now: options.now });

  const arrivals = pcscd.readerNames.map(() => new EventQueue<ArrivedCard>());
  const statuses = new EventQueue<number>();
  const watch = watchPcscReaders(
    {},
    {
      onCard: (card) => arrivals[pcscd.readerNames.indexOf(card.reader)]?.push(card),
      onStatus: ({ readers: there }) => {
        statuses.push(there.length);
      },
    },
  );
  await statuses.until((there) => there === readers);

  const holdOne = async <Each extends Held>(
    each: Each,
    settled: (each: Each, tapped: Tapped) => void,
  ): Promise<void> => {
    const queue = arrivals[each.reader];
    if (queue === undefined) throw new Error(`There is no reader ${each.reader}.`);
    const [arrived] = await Promise.all([queue.next(), pcscd.insert(each.reader, each.card)]);
    settled(each, await gate.tap(arrived));
    await pcscd.remove(each.reader);
    // The next card on this reader is another arrival only once this one was seen to leave.
    if (!arrived.left.aborted) await once(arrived.left, 'abort');
  };
  const isExit = (reader: number): boolean => pcscd.readerNames[reader]?.includes(exitReader) === true;
  const numbers = pcscd.readerNames.map((_, reader) => reader);
  return {
    world,
    gate,
    entryReaders: numbers.filter((reader) => !isExit(reader)),
    exitReaders: numbers.filter(isExit),
    hold: async (held, settled) => {
      await Promise.all(held.map((each) => holdOne(each, settled)));
    },
    close: async () => {
      await watch.close();
      await gate.close();
      await pcscd.close();
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
