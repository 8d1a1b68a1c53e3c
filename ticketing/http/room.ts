import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { HttpError } from './http-error.ts';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import type { Frame } from './frame.ts';
import type { StatusOf } from './problem.ts';
import type { Actor, GateActor } from './actor.ts';

/** What every route finds in its context. */
export interface RoomEnv {
  Variables: {
    frame: Frame;
    /** The id under which the log has this request. */
    request: string;
    /** The exact bytes of the body. */
    body: Uint8Array<ArrayBuffer>;
  };
}

/** What a route for people also finds: who asks. */
export interface PeopleEnv {
  Variables: RoomEnv['Variables'] & { actor: Actor };
}

/** What a route for gates also finds: which one asks. */
export interface GateEnv {
  Variables: RoomEnv['Variables'] & { gate: GateActor };
}

/** What a room adds to the service: its routes, and the status of each code of its errors. */
export interface Room {
  readonly routes: OpenAPIHono<RoomEnv>;
  readonly problems: readonly StatusOf[];
}

/** A room's own routes, to be filled by `routes.openapi(route, handler)`. */
export function roomRoutes(): OpenAPIHono<RoomEnv> {
  return new OpenAPIHono<RoomEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const part =
        result.target === 'json' ? 'field' : result.target === 'param' ? 'part of the path' : result.target;
      throw new HttpError('bad-request', `The request is wrong:\n${wrongFields(result.error, part)}`);
    },
  });
}

/** A JSON body, as routes take it. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** A JSON answer, as routes give it. */
export function answer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}
