import { describe, expect, it } from 'vitest';
import { HeldTimer } from '../../test/gate-card/held-timer.ts';
import type { Card } from '../reader/reader.ts';
import { CardError, type CardErrorCode } from './card-error.ts';
import { CardSession, type CommandTiming } from './card-session.ts';

const milliseconds = { command: 100, tap: 250 };
const command = { header: Uint8Array.of(0x00, 0xb0, 0x8a, 0x00), expected: 4 };

const silent: Card = { transmit: () => new Promise(() => undefined) };
const saying = (...answer: number[]): Card => ({ transmit: () => Promise.resolve(Uint8Array.from(answer)) });

async function codeOf(work: Promise<unknown>): Promise<CardErrorCode | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof CardError) return error.code;
    throw error;
  }
}

describe('a conversation with a card', () => {
  it('gives on data and status word', async () => {
    const answer = await new CardSession(saying(1, 2, 3, 4, 0x90, 0), { milliseconds }).send('read', command);
    expect(answer.status).toBe(0x9000);
    expect([...answer.data]).toEqual([1, 2, 3, 4]);
  });

  it('ends where one command takes longer than it may', async () => {
    const timer = new HeldTimer();
    const ended = codeOf(new CardSession(silent, { milliseconds, timer }).send('read', command));
    timer.pass(99);
    expect(timer.waiting).toBe(1);
    timer.pass(1);
    expect(await ended).toBe('timed-out');
  });

  it('ends where all commands together take longer than they may', async () => {
    const timer = new HeldTimer();
    let commands = 0;
    const card: Card = {
      transmit() {
        commands += 1;
        if (commands === 3) return silent.transmit(Uint8Array.of());
        timer.pass(90);
        return Promise.resolve(Uint8Array.of(0x90, 0));
      },
    };
    const session = new CardSession(card, { milliseconds, timer });
    await session.send('first', command);
    await session.send('second', command);
    const ended = codeOf(session.send('third', command));
    timer.pass(70);
    expect(await ended).toBe('timed-out');
  });

  it('does not wait for other work longer than the card may be kept', async () => {
    const timer = new HeldTimer();
    const session = new CardSession(silent, { milliseconds, timer });
    const ended = codeOf(session.whilePresent(new Promise(() => undefined)));
    timer.pass(250);
    expect(await ended).toBe('timed-out');
  });

  it('ends at once where the card is seen to leave in mid-command', async () => {
    const left = new AbortController();
    const timer = new HeldTimer();
    const session = new CardSession(silent, { milliseconds, timer, left: left.signal });
    const ended = codeOf(session.send('read', command));
    left.abort();
    expect(await ended).toBe('card-left');
    expect(timer.waiting).toBe(0);
  });

  it('ends at once where the card leaves while other work is waited for', async () => {
    const left = new AbortController();
    const session = new CardSession(silent, { milliseconds, left: left.signal });
    const ended = codeOf(session.whilePresent(new Promise(() => undefined)));
    left.abort();
    expect(await ended).toBe('card-left');
  });

  it('does not begin with a card that has left', async () => {
    const session = new CardSession(silent, { milliseconds, left: AbortSignal.abort() });
    expect(await codeOf(session.send('read', command))).toBe('card-left');
  });

  it('ends where the reader fails, and keeps the cause', async () => {
    const cause = new Error('removed');
    const session = new CardSession({ transmit: () => Promise.reject(cause) }, { milliseconds });
    const ended = session.send('read', command);
    await expect(ended).rejects.toMatchObject({ code: 'card-left', cause });
  });

  it.each<[string, Card, CardErrorCode]>([
    ['nothing', saying(), 'card-left'],
    ['one byte', saying(0x90), 'card-left'],
    ['more than was asked for', saying(1, 2, 3, 4, 5, 0x90, 0), 'unreadable'],
    ['no status word', saying(0x12, 0x34), 'unreadable'],
  ])('ends where the answer is %s', async (_, card, code) => {
    expect(await codeOf(new CardSession(card, { milliseconds }).send('read', command))).toBe(code);
  });

  it('times every command, also the one that failed, and leaves nothing waiting', async () => {
    const timer = new HeldTimer();
    const told: CommandTiming[] = [];
    const card: Card = {
      transmit() {
        timer.pass(7);
        return Promise.resolve(told.length === 0 ? Uint8Array.of(1, 0x90, 0) : new Uint8Array());
      },
    };
    const session = new CardSession(card, {
      milliseconds,
      timer,
      onCommand: (timing) => void told.push(timing),
    });
    await session.send('first', command);
    await codeOf(session.send('second', command));
    expect(told).toEqual([
      { name: 'first', at: 0, milliseconds: 7, sent: 5, received: 3, status: 0x9000 },
      { name: 'second', at: 7, milliseconds: 7, sent: 5, received: 0 },
    ]);
    expect(timer.waiting).toBe(0);
  });
});
