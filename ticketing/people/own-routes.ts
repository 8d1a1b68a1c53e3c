import { createRoute, z } from '@hono/zod-openapi';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Context } from 'hono';
import { recordAct } from '../audit/record-act.ts';
import { clientAddress } from '../http/client-address.ts';
import { forAnyone } from '../http/guard.ts';
import { HttpError } from '../http/http-error.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import { madePasskey, passkeyOptions, password, role } from './forms.ts';
import { hashPassword, isPassword } from './password.ts';
import { PeopleError, peopleProblems } from './people-error.ts';
import type { PersonSession } from './sessions.ts';
import { endSession, endSessions } from './sessions.ts';
import { beginTry, endTry } from './sign-in-delay.ts';
import type { SignInParts } from './sign-in-routes.ts';

const tags = ['oneself'];
const done = { 204: { description: 'Done.' } };
/** What a person does of their own takes a session and no role. */
const own = forAnyone({ who: 'person' });

const passkey = z.strictObject({
  id: z.string(),
  label: z.string(),
  createdAt: z.iso.datetime(),
  usedAt: z.iso.datetime().nullable(),
});
const oneself = z
  .strictObject({
    person: z.strictObject({
      id: z.string(),
      name: z.string(),
      signIn: z.string(),
      hasPassword: z.boolean(),
    }),
    organisations: z.array(z.strictObject({ id: z.string(), name: z.string(), role })),
    passkeys: z.array(passkey),
    sessions: z.array(
      z.strictObject({
        isThis: z.boolean(),
        how: z.enum(['password', 'passkey', 'invitation']),
        beganAt: z.iso.datetime(),
        seenAt: z.iso.datetime(),
      }),
    ),
  })
  .openapi('Oneself');

const show = createRoute({
  method: 'get',
  path: '/api/me',
  operationId: 'showMe',
  tags,
  summary: 'Who is signed in, and as what in which organisations.',
  ...own,
  responses: { 200: answer(oneself, 'The person.') },
});
const signOut = createRoute({
  method: 'post',
  path: '/api/sign-out',
  operationId: 'signOut',
  tags,
  summary: 'Ends this session.',
  ...own,
  responses: done,
});
const signOutEverywhere = createRoute({
  method: 'post',
  path: '/api/sign-out-everywhere',
  operationId: 'signOutEverywhere',
  tags,
  summary: 'Ends all sessions of the person.',
  ...own,
  responses: done,
});
const changePassword = createRoute({
  method: 'put',
  path: '/api/me/password',
  operationId: 'changePassword',
  tags,
  summary: 'Sets another password, and ends all other sessions.',
  ...own,
  request: {
    body: jsonBody(
      z.strictObject({
        current: password.optional().meta({ description: 'Left out where there is none.' }),
        next: password,
      }),
    ),
  },
  responses: done,
});
const beginMaking = createRoute({
  method: 'post',
  path: '/api/me/passkeys/begin',
  operationId: 'beginMakingPasskey',
  tags,
  summary: 'Gives what a browser needs to make a passkey.',
  ...own,
  responses: { 200: answer(passkeyOptions, 'The options, for five minutes.') },
});
const addPasskey = createRoute({
  method: 'post',
  path: '/api/me/passkeys',
  operationId: 'addPasskey',
  tags,
  summary: 'Takes the passkey that the browser made.',
  ...own,
  request: {
    body: jsonBody(z.strictObject({ label: z.string().trim().min(1).max(60), passkey: madePasskey })),
  },
  responses: { 201: answer(z.strictObject({ id: z.string() }), 'Its id.') },
});
const removePasskey = createRoute({
  method: 'delete',
  path: '/api/me/passkeys/{passkey}',
  operationId: 'removePasskey',
  tags,
  summary: 'Removes a passkey.',
  ...own,
  request: { params: z.strictObject({ passkey: z.string().min(1).max(1400) }) },
  responses: done,
});

/** Lets people look after themselves. */
export function ownRoutes({ store, now, cookie, people, passkeys }: SignInParts): Room {
  const routes = roomRoutes();
  const sessionOf = async (context: Context): Promise<PersonSession> => {
    const session = await people.sessionOf(context.req.raw.headers);
    if (session === undefined) throw new HttpError('not-signed-in', 'Sign in first.');
    return session;
  };

  routes.openapi(show, async (context) => {
    const { id: session, person } = await sessionOf(context);
    const [known, organisations, keys, sessions] = await Promise.all([
      store.db.selectFrom('people').selectAll().where('id', '=', person).executeTakeFirstOrThrow(),
      store.db
        .selectFrom('memberships')
        .innerJoin('organisations', 'organisations.id', 'memberships.organisation_id')
        .select(['organisations.id', 'organisations.name', 'role'])
        .where('person_id', '=', person)
        .where('state', '=', 'active')
        .orderBy('organisations.id')
        .execute(),
      store.db
        .selectFrom('passkeys')
        .selectAll()
        .where('person_id', '=', person)
        .orderBy('created_at')
        .execute(),
      store.db
        .selectFrom('person_sessions')
        .selectAll()
        .where('person_id', '=', person)
        .orderBy('id')
        .execute(),
    ]);
    return context.json(
      {
        person: { id: person, name: known.name, signIn: known.sign_in, hasPassword: known.password !== null },
        organisations,
        passkeys: keys.map(({ id, label, created_at, used_at }) => ({
          id,
          label,
          createdAt: new Date(created_at).toISOString(),
          usedAt: used_at === null ? null : new Date(used_at).toISOString(),
        })),
        sessions: sessions.map(({ id, how, began_at, seen_at }) => ({
          isThis: id === session,
          how,
          beganAt: new Date(began_at).toISOString(),
          seenAt: new Date(seen_at).toISOString(),
        })),
      },
      200,
    );
  });

  routes.openapi(signOut, async (context) => {
    await sessionOf(context);
    const secret = cookie.read(context.req.raw.headers) ?? '';
    await store.transaction((tables) => endSession(tables, secret));
    cookie.clear(context);
    return context.body(null, 204);
  });

  routes.openapi(signOutEverywhere, async (context) => {
    const { person } = await sessionOf(context);
    await store.transaction(async (tables) => {
      await endSessions(tables, person);
      await recordAct(tables, ownAct(person, 'people.sign-out-everywhere'), now());
    });
    cookie.clear(context);
    return context.body(null, 204);
  });

  routes.openapi(changePassword, async (context) => {
    const { id: session, person } = await sessionOf(context);
    const { current, next } = context.req.valid('json');
    const known = await store.db
      .selectFrom('people')
      .select(['password', 'sign_in'])
      .where('id', '=', person)
      .executeTakeFirstOrThrow();
    const from = `change ${clientAddress(context, context.var.frame.proxies)}`;
    if (known.password !== null) {
      // Whoever finds a screen unlocked must not try passwords at it.
      await beginTry(store, known.sign_in, from, now());
      if (!(await isPassword(known.password, current ?? ''))) {
        throw new PeopleError('wrong-password', 'The password until now is wrong.');
      }
    }
    const hashed = await hashPassword(next, known.sign_in);
    await store.transaction(async (tables) => {
      await endTry(tables, known.sign_in, from);
      await tables.updateTable('people').set({ password: hashed }).where('id', '=', person).execute();
      await endSessions(tables, person, session);
      await recordAct(tables, ownAct(person, 'people.change-password'), now());
    });
    return context.body(null, 204);
  });

  routes.openapi(beginMaking, async (context) => {
    const { person } = await sessionOf(context);
    return context.json({ ...(await passkeys.beginMaking(person)) }, 200);
  });

  routes.openapi(addPasskey, async (context) => {
    const { person } = await sessionOf(context);
    const { label, passkey } = context.req.valid('json');
    const id = await passkeys.finishMaking(person, label, passkey as unknown as RegistrationResponseJSON);
    return context.json({ id }, 201);
  });

  routes.openapi(removePasskey, async (context) => {
    const { person } = await sessionOf(context);
    await passkeys.remove(person, context.req.valid('param').passkey);
    return context.body(null, 204);
  });

  return { routes, problems: [peopleProblems] };
}

function ownAct(person: string, act: string) {
  return { organisation: null, person, act, subject: person };
}
