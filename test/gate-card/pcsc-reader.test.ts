// The watch on readers, on a real pcscd: arrivals, departures, restarts.
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import type { ArrivedCard } from '../../gate/reader/reader.ts';
import { slowCard } from '../card/faulty-card.ts';
import { cardKinds } from '../card/kinds.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { EventQueue } from './event-queue.ts';
import { PcscLane } from './pcsc-lane.ts';

let lane: PcscLane;

beforeAll(async () => {
  lane = await PcscLane.open(2);
});

afterAll(async () => {
  await lane.close();
});

const ordinary = (): VirtualCard => lane.sandbox.card(cardKinds.ordinary);

/** When a card is seen to have left. */
function leaves({ left }: ArrivedCard): Promise<void> {
  return new Promise((resolve) => {
    if (left.aborted) resolve();
    left.addEventListener('abort', () => {
      resolve();
    });
  });
}

describe('a watched reader', () => {
  it('tells of a card once, however often it is connected to', async () => {
    const [arrived] = await Promise.all([lane.arrival(0), lane.pcscd.insert(0, ordinary())]);
    expect(await lane.present(arrived)).toBe('signed');
    expect(await lane.present(arrived)).toBe('signed');
    expect(arrived.left.aborted).toBe(false);
    await Promise.all([leaves(arrived), lane.pcscd.remove(0)]);
    expect(lane.arrivals(0).unread).toBe(0);
  });

  it('tells of each card by its own reader, and both at once are served', async () => {
    const taps = [lane.tap(0, ordinary()), lane.tap(1, lane.sandbox.card(cardKinds.child))];
    expect(await Promise.all(taps)).toEqual(['signed', 'signed']);
    await Promise.all([lane.pcscd.remove(0), lane.pcscd.remove(1)]);
  });

  it('tells of a card that was there before the watch began', async () => {
    expect(await lane.tap(0, ordinary())).toBe('signed');
    const arrivals = new EventQueue<ArrivedCard>();
    const second = watchPcscReaders(
      {},
      {
        onCard: (card) => {
          arrivals.push(card);
        },
      },
    );
    const arrived = await arrivals.next();
    expect(arrived.reader).toBe(lane.pcscd.readerNames[0]);
    await second.close();
    expect(arrived.left.aborted).toBe(true);
    await lane.pcscd.remove(0);
  });

  it('is one of those that are wanted', async () => {
    const arrivals = new EventQueue<ArrivedCard>();
    const only = watchPcscReaders(
      { reader: 'virtual*00 01' },
      {
        onCard: (card) => {
          arrivals.push(card);
        },
      },
    );
    await lane.tap(0, ordinary());
    await lane.tap(1, ordinary());
    expect((await arrivals.next()).reader).toBe(lane.pcscd.readerNames[1]);
    expect(only.status).toEqual({ readers: [lane.pcscd.readerNames[1]] });
    await only.close();
    await Promise.all([lane.pcscd.remove(0), lane.pcscd.remove(1)]);
    expect(arrivals.unread).toBe(0);
  });

  it('says that a reader that is wanted is not there', async () => {
    const statuses = new EventQueue<{ problem?: string }>();
    const none = watchPcscReaders(
      { reader: 'no such reader' },
      {
        onCard: () => undefined,
        onStatus: (status) => {
          statuses.push(status);
        },
      },
    );
    expect((await statuses.next()).problem).toContain('no such reader');
    await none.close();
  });

  it('lets nobody else speak to a card that is being served', async () => {
    const [arrived] = await Promise.all([lane.arrival(0), lane.pcscd.insert(0, ordinary())]);
    const arrivals = new EventQueue<ArrivedCard>();
    const other = watchPcscReaders(
      {},
      {
        onCard: (card) => {
          arrivals.push(card);
        },
      },
    );
    const card = await arrived.connect();
    const again = await arrivals.next();
    await expect(again.connect()).rejects.toMatchObject({ code: 'reader-busy' });
    await card.release();
    await (await again.connect()).release();
    await other.close();
    await lane.pcscd.remove(0);
  });

  it('loses a card that is drawn away in mid-command, and takes the next', async () => {
    let begun: () => void = () => undefined;
    const commandBegun = new Promise<void>((resolve) => (begun = resolve));
    const slow = slowCard(ordinary(), () => {
      begun();
      return 60_000;
    });
    const tap = lane.tap(0, slow);
    await commandBegun;
    await lane.pcscd.remove(0);
    expect(await tap).toBe('card-left');
    expect(await lane.tap(0, ordinary())).toBe('signed');
    await lane.pcscd.remove(0);
  });
});

describe('pcscd, killed and started again,', () => {
  it('is found again, with the card that lies there', async () => {
    const [arrived] = await Promise.all([lane.arrival(0), lane.pcscd.insert(0, ordinary())]);
    expect(await lane.present(arrived)).toBe('signed');
    const lost = lane.statuses.until(({ problem }) => problem?.includes('Start pcscd') === true);
    await lane.pcscd.stop();
    expect((await lost).readers).toEqual([]);
    expect(arrived.left.aborted).toBe(true);
    const back = lane.statuses.until(({ readers }) => readers.length === 2);
    await lane.pcscd.start();
    await back;
    expect(await lane.present(await lane.arrival(0))).toBe('signed');
    await lane.pcscd.remove(0);
    expect(await lane.tap(1, ordinary())).toBe('signed');
    await lane.pcscd.remove(1);
  });

  it('ends a tap under way as a card that left', async () => {
    let begun: () => void = () => undefined;
    const commandBegun = new Promise<void>((resolve) => (begun = resolve));
    const slow = slowCard(ordinary(), () => {
      begun();
      return 60_000;
    });
    const tap = lane.tap(0, slow);
    await commandBegun;
    await Promise.all([
      tap.then((outcome) => {
        expect(outcome).toBe('card-left');
      }),
      lane.pcscd.stop(),
    ]);
    await lane.pcscd.remove(0);
    const back = lane.statuses.until(({ readers }) => readers.length === 2);
    await lane.pcscd.start();
    await back;
    expect(await lane.tap(0, ordinary())).toBe('signed');
    await lane.pcscd.remove(0);
  });
});

it('a watch that has ended tells nothing more', async () => {
  const told: ArrivedCard[] = [];
  const ended = watchPcscReaders({}, { onCard: (card) => void told.push(card) });
  await ended.close();
  await lane.tap(0, ordinary());
  await lane.pcscd.remove(0);
  expect(told).toEqual([]);
});

it('a watch that is closed as it opens leaves nothing that would keep its process from ending', async () => {
  // The program as it is built: `npm test` builds it first.
  const reader = new URL('../../dist/gate/reader/pcsc-reader.js', import.meta.url);
  const script = `
    import { setTimeout as pause } from 'node:timers/promises';
    const { watchPcscReaders } = await import(${JSON.stringify(reader.href)});
    for (const after of [0, 1, 5, 20, 60, 150]) {
      let closed = false;
      const told = () => { if (closed) process.exitCode = 3; };
      const watch = watchPcscReaders({}, { onCard: told, onStatus: told });
      await pause(after);
      const closing = watch.close();
      closed = true;
      await closing;
    }`;
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: lane.pcscd.socket };
  // Not in this process, which answers for the virtual cards meanwhile.
  const status = await new Promise((resolve) => {
    const child = execFile(process.execPath, ['--input-type=module', '-e', script], { env }, () => {
      resolve(child.exitCode);
    });
  });
  expect(status).toBe(0);
});
