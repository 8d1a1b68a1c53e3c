import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { once } from 'node:events';
import { Server } from 'node:http';
import { authorityOf, type ListenAddress } from '../config/listen.ts';
import type { Log } from '../log.ts';

const retryEvery = 5_000;

/**
 * Serves the screens. Where the address cannot be had, the lane goes on without them, and it is tried again.
 * Answers what ends it.
 */
export function serveApp(app: Hono, address: ListenAddress, log: Log): { close(): Promise<void> } {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 120_000 },
  });
  if (!(server instanceof Server)) throw new TypeError('not an HTTP/1 server');
  server.maxConnections = 128;
  let retry: NodeJS.Timeout | undefined;
  let said = false;
  const listen = (): void => {
    server.listen(address.port, address.host);
  };
  server.on('listening', () => {
    const at = server.address();
    const port = typeof at === 'object' && at !== null ? at.port : address.port;
    const url = `http://${authorityOf({ ...address, port })}`;
    log.info({ event: 'screens', url }, `Screens: ${url}`);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    const text = `The screens cannot be served at ${authorityOf(address)} (${error.code ?? 'unknown'}); the lane goes on. Name another address by "listen".`;
    if (!said) log.warn({ event: 'screens-away', code: error.code }, text);
    said = true;
    retry = setTimeout(listen, retryEvery).unref();
  });
  listen();
  return {
    close: async () => {
      clearTimeout(retry);
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
