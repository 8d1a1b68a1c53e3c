import { Hono } from 'hono';
import { present } from '../../decide/presentation.ts';
import type { Verdict } from '../../decide/verdict.ts';
import type { GateService } from '../gate-service.ts';
import { isReady, type Standing } from '../standing.ts';
import type { EventStreams } from '../../http/event-streams.ts';

/**
 * What the visitor's screen is told, and nothing besides: `ready`, `holding`, `verdict`, `out-of-order`. Only
 * what `present` has for the visitor goes out: no ticket numbers, no reasons, nobody else's anything.
 */
export function visitorRoutes(service: GateService, streams: EventStreams): Hono {
  const routes = new Hono();
  routes.get('/events', () =>
    streams.answer((send) => {
      const sendStanding = (standing: Standing): void => {
        if (isReady(standing)) send('ready', {});
        else send('out-of-order', outOfOrderShown(standing));
      };
      sendStanding(service.standing);
      return service.listen((news) => {
        if (news.kind === 'holding') send('holding', {});
        if (news.kind === 'tapped') send('verdict', shown(news.tapped.verdict));
        if (news.kind === 'left') sendStanding(service.standing);
        if (news.kind === 'standing') sendStanding(news.standing);
      });
    }),
  );
  return routes;
}

function shown(verdict: Verdict): object {
  const { light, icon, sound, pattern, visitor } = present(verdict);
  return { light, icon, sound, pattern, ...visitor };
}

/** Which parts are missing may be told to anyone; why, is for the staff. */
function outOfOrderShown({ missing }: Standing): object {
  return { ...shown({ name: 'out-of-order', missing }), missing };
}
