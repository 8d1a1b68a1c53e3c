import { connect } from 'node:net';
import type { ConnectLine } from './printer-line.ts';

/** How long a printer may take to read what it was sent before the line was closed. */
const closeMilliseconds = 3000;

/** A printer on the network, by raw TCP, for which 9100 is the usual port. */
export function tcpLine(
  { host, port }: { readonly host: string; readonly port: number },
  connectMilliseconds = 3000,
): ConnectLine {
  return ({ onBytes, onEnd }) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, keepAlive: true });
      socket.setTimeout(connectMilliseconds, () => {
        socket.destroy(new Error('Nobody answers at this address.'));
      });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.on('data', onBytes);
        socket.once('close', onEnd);
        resolve({
          write: (bytes) =>
            new Promise((written, failed) => {
              socket.write(bytes, (error) => {
                if (error == null) written();
                else failed(error);
              });
            }),
          close: () => {
            // What the printer has not read yet is not thrown away, unless it never reads it.
            socket.setTimeout(closeMilliseconds, () => socket.destroy());
            socket.destroySoon();
          },
        });
      });
    });
}
