import { Hono } from 'hono';
import { z } from 'zod';
import type { EventStreams } from '../../http/event-streams.ts';
import { RequestError } from '../../http/problem.ts';
import { jsonBody, secretBody } from '../../http/request-body.ts';
import type { KioskService } from '../kiosk-service.ts';
import { choice, isOnSale } from '../service/fill-in.ts';
import { shownOutcome } from '../visit/view.ts';
import { claimCodeIn } from './claim-code.ts';

/** Of a body that no form of a page can send, and that no JSON reader keeps a copy of. */
const pinType = 'application/vnd.kazasu.pin';
const longestPin = 32;

const visit = z.int().min(0);
const claimRequest = z.strictObject({ code: z.string().min(1).max(500) });
const pressRequest = z.strictObject({
  visit,
  press: z.enum(['confirm', 'agree-to-last-try', 'back', 'print', 'leave', 'touch']),
});
const resultRequest = z.strictObject({
  number: z
    .string()
    .max(40)
    .transform((text) => text.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase())
    .pipe(z.string().regex(/^[0-9A-F]{10}$/, 'must be ten letters and digits, as shown'))
    .transform((digits) => `${digits.slice(0, 5)}-${digits.slice(5)}`),
});

/**
 * What the kiosk's screen is told and may ask. One visitor at a time: each request of a visit names it, so
 * that a screen that is behind does nothing to the next visitor.
 */
export function kioskRoutes(service: KioskService, streams: EventStreams): Hono {
  const { kiosk } = service;
  const routes = new Hono();
  routes
    .get('/state', (context) => context.json({ view: kiosk.view, standing: service.standing }))
    .get('/events', () =>
      streams.answer((send) => {
        send('standing', service.standing);
        send('view', kiosk.view);
        return kiosk.listen((news) => {
          if (news.kind === 'view') send('view', news.view);
          if (news.kind === 'standing') send('standing', service.standing);
        });
      }),
    )
    .get('/catalogue', (context) => context.json(shownCatalogue(service)))
    .post('/applications', async (context) => {
      service.apply(await jsonBody(context, choice));
      return context.json(kiosk.view, 201);
    })
    .post('/bindings', async (context) => {
      const { code } = await jsonBody(context, claimRequest);
      kiosk.beginClaim(claimCodeIn(code));
      return context.json(kiosk.view, 201);
    })
    .post('/press', async (context) => {
      const { visit: number, press } = await jsonBody(context, pressRequest);
      kiosk.press(number, { kind: press });
      return context.json(kiosk.view);
    })
    .post('/pin', async (context) => {
      const number = visitIn(context.req.query('visit'));
      const pin = await secretBody(context, pinType, longestPin);
      kiosk.enterPin(number, pin);
      return context.json(kiosk.view, 202);
    })
    .post('/results', async (context) => {
      const { number } = await jsonBody(context, resultRequest);
      return context.json(shownOutcome(await service.outcomeOf(number)));
    });
  return routes;
}

function visitIn(text: string | undefined): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  throw new RequestError('bad-request', 'Name the visit that this is of.');
}

/** What can be chosen, each session with whether it is on sale at this moment. */
function shownCatalogue({ catalogue: kept }: KioskService): object {
  const now = Date.now();
  const events = (kept?.catalogue.events ?? []).map((event) => ({
    ...event,
    sessions: event.sessions.map((session) => ({ ...session, onSale: isOnSale(session, now) })),
  }));
  return { at: kept === undefined ? null : new Date(kept.at).toISOString(), events };
}
