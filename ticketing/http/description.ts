import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { GuardNote } from './guard.ts';
import { problemDetails, type ProblemStatus } from './problem.ts';
import type { RoomEnv } from './room.ts';

type Responses = RouteConfig['responses'];

const refusals: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request is not as described.',
  401: 'Nobody is signed in, or what signs the request does not hold.',
  403: 'The role does not suffice, or a page of elsewhere sent it.',
  404: 'There is none, or it is another organisation’s.',
  409: 'It cannot be done as things stand; the code says why.',
  410: 'It was there, and is over.',
  412: 'It was changed since it was read.',
  413: 'The body is too long.',
  415: 'The body is of another type.',
  422: 'The Idempotency-Key was sent with another request.',
  428: 'If-Match is missing.',
  429: 'Too many requests; Retry-After says how long to wait.',
  500: 'Something unexpected went wrong.',
  502: 'Another service did not answer as it should.',
  503: 'Something that is needed is away; try again.',
};

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{16,128}$/)
  .meta({
    description:
      'A new one for each thing to be made. Sent again with the same request, it is not made again.',
  });
const ifMatch = z
  .string()
  .regex(/^"\d{1,9}"$/)
  .meta({ description: 'The ETag of what was seen.' });
const organisation = z
  .string()
  .optional()
  .meta({ description: 'Which organisation it is about, for people who belong to several.' });

/**
 * The OpenAPI 3.1 description of all routes, from the schemas that check them; headers and refusals that
 * follow from a route's guard are added here, once for all.
 */
export function describeApi(app: OpenAPIHono<RoomEnv>): object {
  const registry = app.openAPIRegistry;
  for (const definition of registry.definitions) {
    if (definition.type !== 'route') continue;
    const { route } = definition;
    const note = (route as { 'x-kazasu'?: GuardNote })['x-kazasu'];
    if (note === undefined) throw new TypeError(`${route.method} ${route.path} has no guard`);
    const headers = headersOf(note);
    if (Object.keys(headers).length > 0) route.request = { ...route.request, headers: z.object(headers) };
    route.responses = { ...route.responses, ...refusalsOf(route, note) };
  }
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'kazasu-session',
    description: 'The cookie of whoever signed in; over https its name begins with __Host-.',
  });
  registry.registerComponent('securitySchemes', 'gate', {
    type: 'http',
    scheme: 'signature',
    description: 'RFC 9421: signed with the gate’s identity key.',
  });
  registry.registerComponent('securitySchemes', 'provider', {
    type: 'apiKey',
    in: 'header',
    name: 'kazasu-signature',
    description: 'The payment company’s signature over the body, by a key that the configuration names.',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Kazasu ticketing',
      version: '1',
      description:
        'From application to pack and from journal to a settled event. Refusals are RFC 9457 problem details: decide by `code`. Lists are pages: `next` goes into `after`. Times are ISO 8601.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}

function headersOf(note: GuardNote): Record<string, z.ZodType> {
  return {
    ...(note.creates === true ? { 'idempotency-key': idempotencyKey } : {}),
    ...(note.changes === true ? { 'if-match': ifMatch } : {}),
    ...(note.who === 'people' ? { 'kazasu-organisation': organisation } : {}),
  };
}

function refusalsOf(route: RouteConfig, note: GuardNote): Responses {
  const hasBody = route.request?.body !== undefined;
  const statuses: readonly (ProblemStatus | false)[] = [
    400,
    note.who !== 'anyone' && 401,
    403,
    route.path.includes('{') && 404,
    route.method !== 'get' && 409,
    note.changes === true && 412,
    hasBody && 413,
    hasBody && 415,
    note.creates === true && 422,
    note.changes === true && 428,
    429,
    500,
    503,
  ];
  const content = { 'application/problem+json': { schema: problemDetails } };
  return Object.fromEntries(
    statuses
      .filter((status) => status !== false)
      .map((status) => [status, { description: refusals[status], content }]),
  );
}
