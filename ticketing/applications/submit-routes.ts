import { createRoute, z } from '@hono/zod-openapi';
import { forAnyone } from '../http/guard.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import { applicationProblems } from './application-problems.ts';
import { applicationStates } from './application-states.ts';
import type { Applications } from './applications.ts';
import { submissionBody } from './submission.ts';

const reservation = z
  .strictObject({
    application: z.string().meta({ description: 'For people: on the slip and at the desk.' }),
    state: z.enum(applicationStates),
    seats: z
      .array(z.string())
      .meta({ description: 'What is printed on them; empty where places have no numbers.' }),
    total: z.int().meta({ description: 'In whole yen.' }),
    dueAt: z.iso
      .datetime()
      .meta({ description: 'Until when it can be paid; then the seats are free again.' }),
    slip: z
      .strictObject({
        number: z.string().meta({ description: '16 digits, as the barcode has them.' }),
        url: z.url().meta({ description: 'The slip as a page to print.' }),
      })
      .optional()
      .meta({ description: 'None where nothing is to be paid.' }),
  })
  .openapi('Reservation');

const apply = createRoute({
  method: 'post',
  path: '/api/applications',
  operationId: 'apply',
  tags: ['visitors'],
  summary: 'Takes a signed application: seats are held, and a slip is given. The form’s own id is its key.',
  description:
    'The same application sent again, however much later, is answered the same and takes no second seat; no Idempotency-Key is needed.',
  // A venue's kiosks may share one address; each application is checked before it costs anything.
  ...forAnyone({ mostBytes: 96 * 1024, rate: { perMinute: 3000, burst: 500 } }),
  request: { body: jsonBody(submissionBody) },
  responses: { 201: answer(reservation, 'What is held, and what is to be paid.') },
});

export interface SubmitParts {
  readonly applications: Applications;
  readonly publicUrl: URL;
}

/** Takes applications from kiosks. */
export function submitRoutes({ applications, publicUrl }: SubmitParts): Room {
  const routes = roomRoutes();
  routes.openapi(apply, async (context) => {
    const { dueAt, seats, slip, ...rest } = await applications.take(context.req.valid('json'));
    const body = {
      ...rest,
      seats: [...seats],
      dueAt: new Date(dueAt).toISOString(),
      ...(slip === undefined
        ? {}
        : { slip: { number: slip.number, url: new URL(slip.path, publicUrl).href } }),
    };
    return context.json(body, 201);
  });
  return { routes, problems: [applicationProblems] };
}
