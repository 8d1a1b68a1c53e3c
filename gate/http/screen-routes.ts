import { Hono, type Context } from 'hono';
import { builtScreens, readScreenFiles, sentAs, type ScreenFile } from '../../hsm/program/screen-files.ts';
import { RequestError } from './problem.ts';

/**
 * Serves pages that were built before, and what they load. Names in assets/ hold a hash of what is in them,
 * so a browser may keep those for ever; the pages themselves it asks for each time.
 *
 * @example
 * app.route('/', screenRoutes({ '/': 'visitor.html', '/staff': 'staff.html' }));
 */
export function screenRoutes(pages: Readonly<Record<string, string>>, folder = builtScreens): Hono {
  const files = readScreenFiles(folder);
  const routes = new Hono();
  for (const [address, page] of Object.entries(pages)) {
    routes.get(address, (context) => {
      const file = files.get(page);
      if (file !== undefined) return send(context, file);
      throw new RequestError('no-screens', 'The screens are not built; run `npm run build` and start again.');
    });
  }
  routes.get('/icon.svg', (context) => sendNamed(context, files.get('icon.svg')));
  routes.get('/assets/:name', (context) => {
    const answer = sendNamed(context, files.get(`assets/${context.req.param('name')}`));
    answer.headers.set('cache-control', 'public, max-age=31536000, immutable');
    return answer;
  });
  return routes;
}

function sendNamed(context: Context, file: ScreenFile | undefined): Response {
  if (file === undefined) throw new RequestError('no-such-page', 'There is no such page.');
  return send(context, file);
}

function send(context: Context, file: ScreenFile): Response {
  const { body, headers } = sentAs(file, context.req.header('accept-encoding'));
  return context.body(body, 200, headers);
}
