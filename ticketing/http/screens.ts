import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { builtScreens, readScreenFiles, sentAs } from '../../hsm/program/screen-files.ts';
import { HttpError } from './http-error.ts';
import type { RoomEnv } from './room.ts';

/**
 * Serves the organiser's screen, which `npm run build` made, and what it loads. Links of invitations open it
 * too. Names in assets/ hold a hash of what is in them, so browsers may keep those for ever.
 */
export function addScreens(app: OpenAPIHono<RoomEnv>): void {
  let read: ReturnType<typeof readScreenFiles> | undefined;
  const send = (context: Context, path: string): Response => {
    read ??= readScreenFiles(builtScreens);
    const file = read.get(path);
    if (file === undefined) {
      throw read.size === 0
        ? new HttpError('not-ready', 'The screens are not built; run `npm run build` and start again.')
        : new HttpError('not-found', 'There is no such page.');
    }
    const { body, headers } = sentAs(file, context.req.header('accept-encoding'));
    return context.body(body, 200, headers);
  };
  for (const address of ['/', '/invitation']) app.get(address, (context) => send(context, 'organiser.html'));
  app.get('/icon.svg', (context) => send(context, 'icon.svg'));
  app.get('/assets/:name', (context) => {
    const answer = send(context, `assets/${context.req.param('name')}`);
    answer.headers.set('cache-control', 'public, max-age=31536000, immutable');
    return answer;
  });
}
