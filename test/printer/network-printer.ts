import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { VirtualPrinter } from './virtual-printer.ts';

/** A virtual printer on the loopback network, for `tcp://127.0.0.1:PORT`. */
export interface NetworkPrinter {
  readonly printer: VirtualPrinter;
  readonly address: string;
  /** Breaks the line that is open, if any; the printer stays. */
  breakLine(): void;
  /** Breaks the line when so many more bytes were taken to print. */
  breakLineAfter(bytes: number): void;
  /** Nobody listens any more; what was received and not printed is lost. */
  switchOff(): Promise<void>;
  /** Listens again at the same address. */
  switchOn(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a virtual printer on a port of its own.
 *
 * @example
 * const { printer, address, close } = await startNetworkPrinter();
 */
export async function startNetworkPrinter(): Promise<NetworkPrinter> {
  const printer = new VirtualPrinter();
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  const listen = async (port: number): Promise<number> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.setNoDelay(true);
      printer.answerTo((bytes) => {
        if (socket.writable) socket.write(bytes);
      });
      socket.on('data', (bytes) => {
        if (!socket.destroyed) printer.receive(bytes);
      });
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const breakLine = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const switchOff = async (): Promise<void> => {
    const listening = server;
    server = undefined;
    breakLine();
    printer.forget();
    if (listening === undefined) return;
    listening.close();
    await once(listening, 'close');
  };

  const port = await listen(0);
  return {
    printer,
    address: `tcp://127.0.0.1:${port}`,
    breakLine,
    breakLineAfter: (bytes) => {
      printer.breakAfter(bytes, breakLine);
    },
    switchOff,
    switchOn: async () => {
      await listen(port);
    },
    close: switchOff,
  };
}
