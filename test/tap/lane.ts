import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import type { ArrivedCard } from '../../gate/reader/reader.ts';
import { openGate } from '../../gate/tap/open-gate.ts';
import type { Tapped } from '../../gate/tap/tap.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { startPrivatePcscd } from '../reader/private-pcscd.ts';
import type { Visitor } from '../world/visitors.ts';
import { openWorld, type World, type WorldOptions } from '../world/world.ts';

/** A lane: a world, a PC/SC service of its own, and a gate that watches its reader. */
export interface Lane {
  readonly world: World;
  /** Holds a card over the gate until its verdict is there, and takes it away. */
  hold(card: VirtualCard): Promise<Tapped>;
  close(): Promise<void>;
}

/** Opens a lane on real parts: SoftHSM, pcscd, the virtual reader. One lane to a process. */
export async function openLane(options: Omit<WorldOptions, 'folder'> = {}): Promise<Lane> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-lane-'));
  const world = await openWorld({ folder: join(folder, 'world'), ...options });
  const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: 1 });
  process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;

  const config = readConfig(world.config);
  const gate = await openGate({ config, pin: world.tokens.pin(config.pkcs11.token) });
  let expected: ((card: ArrivedCard) => void) | undefined;
  const { promise: watching, resolve: watches } = promised();
  const reader = watchPcscReaders(
    {},
    {
      onCard: (card) => {
        expected?.(card);
        expected = undefined;
      },
      onStatus: ({ readers }) => {
        if (readers.length > 0) watches();
      },
    },
  );
  await watching;
  return {
    world,
    hold: async (card) => {
      const arrival = new Promise<ArrivedCard>((resolve) => {
        expected = resolve;
      });
      await pcscd.insert(0, card);
      const arrived = await arrival;
      const result = await gate.tap(arrived);
      await pcscd.remove(0);
      await seenToLeave(arrived);
      return result;
    },
    close: async () => {
      await reader.close();
      await gate.close();
      await pcscd.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** pcscd looks every 0.4 s; a card that came before it looked would be taken for the one before. */
async function seenToLeave({ left }: ArrivedCard): Promise<void> {
  if (!left.aborted) await once(left, 'abort');
}

/** The visitor of that label. */
export function visitorCalled({ world }: Lane, label: string): Visitor {
  const visitor = world.visitors.find((each) => each.label === label);
  if (visitor === undefined) throw new Error(`No visitor is called ${label}.`);
  return visitor;
}

function promised(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
