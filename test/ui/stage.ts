import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { EventStreams, type Send } from '../../gate/http/event-streams.ts';
import { strictHeaders } from '../../gate/http/guards.ts';
import { screenRoutes } from '../../gate/http/screen-routes.ts';

/** The gate's built screens on a server that says to the visitor's what a test or a picture needs. */
export interface Stage {
  readonly url: string;
  say: Send;
  /** Breaks off every stream, and lets no new one begin until it is mended. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a stage. What was said last is what a screen that comes later is told first. */
export async function openStage(): Promise<Stage> {
  const streams = new EventStreams();
  const screens = new Set<Send>();
  let isCut = false;
  let last: Parameters<Send> = ['ready', {}];
  const app = new Hono();
  app.use(strictHeaders);
  app.get('/api/visitor/events', () =>
    streams.answer(
      (send) => {
        send(...last);
        screens.add(send);
        return () => screens.delete(send);
      },
      () => !isCut,
    ),
  );
  app.route('/', screenRoutes({ '/': 'visitor.html' }));
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say: (event, data) => {
      last = [event, data];
      for (const send of screens) send(event, data);
    },
    cut: () => {
      isCut = true;
      for (const send of screens) send(...last);
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
