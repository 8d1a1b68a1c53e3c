import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCardProfile } from '../../gate/card/profile.ts';
import { presentCard } from '../../gate/card/present-card.ts';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import type { ArrivedCard, ReaderStatus } from '../../gate/reader/reader.ts';
import { cardKinds } from '../card/kinds.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import { CardSandbox } from './card-sandbox.ts';

let folder: string;
let pcscd: PrivatePcscd;
let sandbox: CardSandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kz-'));
  pcscd = await startPrivatePcscd({ folder });
  process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;
  sandbox = await CardSandbox.create();
});
afterAll(async () => {
  await pcscd.close();
  await rm(folder, { recursive: true });
});

const t0 = performance.now();
const log = (...a: unknown[]) => console.log((performance.now() - t0).toFixed(1), ...a);
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));

describe('x', () => {
  it('y', async () => {
    const profile = loadCardProfile('jpki-rsa');
    const terminalKey = sandbox.terminalKey('jpki-rsa');
    const tap = async (card: ArrivedCard) => {
      log('arrived', card.reader, card.arrivedAt - t0);
      card.left.addEventListener('abort', () => log('left', card.reader));
      try {
        const connected = await card.connect();
        log('connected');
        try {
          const p = await presentCard(connected, {
            profile,
            terminalKey,
            message: new Uint8Array(10),
            left: card.left,
          });
          log('presented', p.timings.length, p.timings.at(-1));
        } catch (e) {
          log('failed', e.code);
        }
        await connected.release();
        log('released');
      } catch (e) {
        log('connect failed', e.code, e.cause?.message);
      }
    };
    const reader = watchPcscReaders(
      {},
      { onCard: (c) => void tap(c), onStatus: (s: ReaderStatus) => log(s) },
    );
    await sleep(300);
    const card = sandbox.card(cardKinds.ordinary);
    await pcscd.insert(0, card);
    log('inserted');
    await sleep(1500);
    await pcscd.remove(0);
    log('removed');
    await sleep(600);
    await pcscd.insert(1, card);
    await sleep(6500);
    await pcscd.remove(1);
    await pcscd.insert(1, card);
    log('replaced');
    await sleep(1500);
    log('stop');
    await pcscd.stop();
    await sleep(1000);
    log('start');
    await pcscd.start();
    await sleep(3000);
    log('close');
    await reader.close();
    log('closed');
    expect(1).toBe(1);
  });
});
