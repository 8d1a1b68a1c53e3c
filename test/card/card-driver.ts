import { statusOf } from './status-words.ts';
import type { VirtualCard } from './virtual-card.ts';

/** An answer as tests look at it. */
export interface Answer {
  /** The status word in hex, as data sheets write it. */
  readonly word: string;
  readonly data: Uint8Array;
}

/** Speaks to a card in commands written out by hand, so that a test shows the very bytes. */
export interface CardDriver {
  /** Sends a command, given in hex with any spaces, and what belongs after it. */
  send(hex: string, ...more: readonly Uint8Array[]): Answer;
  /** Sends a command whose data is so long that it takes an extended length. */
  sendLong(header: string, data: Uint8Array): Answer;
  /** Sends a command with a short Lc before its data. */
  sendData(header: string, data: Uint8Array, le?: string): Answer;
  /** SIGN, or whatever else takes up to 256 bytes and asks for as much: the short form where it fits. */
  sendLongOrShort(header: string, data: Uint8Array): Answer;
  selectApplication(): Answer;
  selectFile(number: string): Answer;
  verify(shortId: string, pin: string): Answer;
}

export function driveCard(card: VirtualCard): CardDriver {
  const send = (hex: string, ...more: readonly Uint8Array[]): Answer => {
    const bytes = card.transmit(Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex'), ...more]));
    if (bytes === undefined) throw new Error('The card has left.');
    return { word: statusOf(bytes).toString(16).padStart(4, '0'), data: bytes.subarray(0, -2) };
  };
  const sendData = (header: string, data: Uint8Array, le = ''): Answer =>
    send(header, Uint8Array.of(data.length), data, Buffer.from(le, 'hex'));
  return {
    send,
    sendData,
    sendLong: (header, data) => send(header, Uint8Array.of(0, data.length >> 8, data.length & 0xff), data),
    sendLongOrShort: (header, data) => {
      if (data.length === 0) return send(header, Uint8Array.of(0));
      if (data.length < 256) return sendData(header, data, '00');
      return send(header, Uint8Array.of(0, data.length >> 8, data.length & 0xff), data, Uint8Array.of(0, 0));
    },
    selectApplication: () => send('00 A4 04 0C 0A D392F000260100000001'),
    selectFile: (number) => send(`00 A4 02 0C 02 ${number}`),
    verify: (shortId, pin) => sendData(`00 20 00 ${shortId}`, Buffer.from(pin, 'ascii')),
  };
}
