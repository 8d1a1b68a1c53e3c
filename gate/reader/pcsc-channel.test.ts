import { describe, expect, it } from 'vitest';
import { PcscChannel, type PcscHandle } from './pcsc-channel.ts';

type Done<Value> = (error: unknown, value: Value) => void;

/** A handle as pcsclite gives it, whose calls end when the test says so. */
class HeldHandle implements PcscHandle {
  readonly SCARD_SHARE_EXCLUSIVE = 1;
  readonly SCARD_SHARE_DIRECT = 3;
  readonly SCARD_PROTOCOL_T0 = 1;
  readonly SCARD_PROTOCOL_T1 = 2;
  readonly SCARD_LEAVE_CARD = 0;
  readonly SCARD_RESET_CARD = 1;
  connected = false;
  readonly calls: string[] = [];
  connectError: Error | null = null;
  disconnectError: Error | null = null;
  finishTransmit: Done<Buffer> | undefined;

  connect(options: { share_mode: number; protocol: number }, done: Done<number>): void {
    this.calls.push(`connect ${options.share_mode} ${options.protocol}`);
    this.connected = this.connectError === null;
    done(this.connectError, 2);
  }

  transmit(command: Buffer, _longest: number, protocol: number, done: Done<Buffer>): void {
    this.calls.push(`transmit ${command.toString('hex')} ${protocol}`);
    this.finishTransmit = done;
  }

  disconnect(disposition: number, done: (error: unknown) => void): void {
    this.calls.push(`disconnect ${disposition}`);
    if (this.disconnectError === null) this.connected = false;
    done(this.disconnectError);
  }
}

const failure = (code: string): Error => new Error(`SCardConnect error: Something.(0x${code})`);

const plainly = { reset: false, onGone: () => undefined };

describe('the way to a reader’s cards', () => {
  it('has the card for itself, in either protocol, and leaves it as it is', async () => {
    const handle = new HeldHandle();
    const card = await new PcscChannel(handle).connect(plainly);
    const answered = card.transmit(Uint8Array.of(0, 0xa4, 0, 0));
    handle.finishTransmit?.(null, Buffer.of(0x90, 0));
    expect([...(await answered)]).toEqual([0x90, 0]);
    await card.release();
    expect(handle.calls).toEqual(['connect 1 3', 'transmit 00a40000 2', 'disconnect 0']);
  });

  it('lets go of a card only when its last command has ended', async () => {
    const handle = new HeldHandle();
    const card = await new PcscChannel(handle).connect(plainly);
    const answered = card.transmit(Uint8Array.of(1));
    const released = card.release();
    await Promise.resolve();
    expect(handle.calls).not.toContain('disconnect 0');
    handle.finishTransmit?.(failure('80100069'), Buffer.alloc(0));
    await expect(answered).rejects.toMatchObject({ code: 'card-left' });
    await released;
    expect(handle.calls).toContain('disconnect 0');
  });

  it('connects to the next card when the one before has been let go of', async () => {
    const handle = new HeldHandle();
    const channel = new PcscChannel(handle);
    const first = await channel.connect(plainly);
    const second = channel.connect(plainly);
    await Promise.resolve();
    expect(handle.calls).toEqual(['connect 1 3']);
    await first.release();
    await (await second).release();
    expect(handle.calls).toEqual(['connect 1 3', 'disconnect 0', 'connect 1 3', 'disconnect 0']);
  });

  it('connects anew after a connection that could not be ended', async () => {
    const handle = new HeldHandle();
    const channel = new PcscChannel(handle);
    handle.disconnectError = failure('80100003');
    await (await channel.connect(plainly)).release();
    expect(handle.connected).toBe(false);
  });

  it('resets a card first that pcscd may take for the one before', async () => {
    const handle = new HeldHandle();
    await new PcscChannel(handle).connect({ ...plainly, reset: true });
    expect(handle.calls).toEqual(['connect 3 0', 'disconnect 1', 'connect 1 3']);
  });

  it.each<[string, Error | null]>([
    ['nothing', null],
    ['that it was removed', failure('80100069')],
  ])('tells once of a card that is gone, where the answer is %s', async (_, error) => {
    const handle = new HeldHandle();
    let told = 0;
    const card = await new PcscChannel(handle).connect({ reset: false, onGone: () => (told += 1) });
    for (const command of [1, 2]) {
      const answered = card.transmit(Uint8Array.of(command)).catch(() => undefined);
      handle.finishTransmit?.(error, Buffer.alloc(0));
      await answered;
    }
    await card.release();
    expect(told).toBe(1);
  });

  it('tells of a card that is gone before it could be connected to', async () => {
    const handle = new HeldHandle();
    handle.connectError = failure('80100066');
    let told = 0;
    const connecting = new PcscChannel(handle).connect({ reset: false, onGone: () => (told += 1) });
    await expect(connecting).rejects.toMatchObject({ code: 'card-left' });
    expect(told).toBe(1);
  });

  it('stays usable after a card that could not be connected to', async () => {
    const handle = new HeldHandle();
    const channel = new PcscChannel(handle);
    handle.connectError = failure('8010000c');
    await expect(channel.connect(plainly)).rejects.toMatchObject({ code: 'card-left' });
    handle.connectError = null;
    await (await channel.connect(plainly)).release();
    expect(handle.calls).toHaveLength(3);
  });

  it('is let go of once', async () => {
    const handle = new HeldHandle();
    const card = await new PcscChannel(handle).connect(plainly);
    await Promise.all([card.release(), card.release()]);
    await expect(card.transmit(Uint8Array.of(1))).rejects.toMatchObject({ code: 'card-left' });
    expect(handle.calls).toEqual(['connect 1 3', 'disconnect 0']);
  });

  it.each([
    ['80100069', 'card-left'],
    ['80100066', 'card-left'],
    ['8010000c', 'card-left'],
    ['ffffffff80100069', 'card-left'],
    ['8010000b', 'reader-busy'],
    ['80100017', 'reader-away'],
    ['8010001d', 'reader-away'],
  ])('tells what PC/SC means by %s: %s', async (code, meant) => {
    const handle = new HeldHandle();
    handle.connectError = failure(code);
    await expect(new PcscChannel(handle).connect(plainly)).rejects.toMatchObject({ code: meant });
  });
});
