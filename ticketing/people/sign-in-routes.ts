import { createRoute, z } from '@hono/zod-openapi';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { recordAct } from '../audit/record-act.ts';
import { clientAddress } from '../http/client-address.ts';
import { forAnyone } from '../http/guard.ts';
import { countGuess } from '../http/guess-limit.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import {
  linkSecret,
  passkeyAnswer,
  passkeyOptions,
  password,
  personName,
  role,
  signInName,
} from './forms.ts';
import { acceptInvitation, lookAtInvitation } from './invitations.ts';
import type { KnownPeople } from './known-people.ts';
import type { Passkeys } from './passkeys.ts';
import { isPassword } from './password.ts';
import { PeopleError, peopleProblems } from './people-error.ts';
import type { SessionCookie } from './session-cookie.ts';
import { beginSession } from './sessions.ts';
import { beginTry, endTry } from './sign-in-delay.ts';

export interface SignInParts {
  readonly store: Store;
  readonly now: () => number;
  readonly cookie: SessionCookie;
  readonly people: KnownPeople;
  readonly passkeys: Passkeys;
}

const tags = ['signing in'];
const signedIn = { 204: { description: 'Signed in: the session’s cookie is set.' } };
/** Of links that one place may try in an hour. */
const links = { most: 30, withinMs: 3600_000 };

const byPassword = createRoute({
  method: 'post',
  path: '/api/sign-in/password',
  operationId: 'signInByPassword',
  tags,
  summary: 'Signs someone in by name and password.',
  description: 'Wrong names and wrong passwords are answered alike. Failures make the next try wait.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ signIn: signInName, password })) },
  responses: signedIn,
});
const beginPasskey = createRoute({
  method: 'post',
  path: '/api/sign-in/passkey/begin',
  operationId: 'beginSignInByPasskey',
  tags,
  summary: 'Gives what a browser needs to sign someone in by a passkey.',
  ...forAnyone(),
  responses: { 200: answer(passkeyOptions, 'The options, for five minutes.') },
});
const byPasskey = createRoute({
  method: 'post',
  path: '/api/sign-in/passkey',
  operationId: 'signInByPasskey',
  tags,
  summary: 'Signs someone in by a passkey’s answer.',
  ...forAnyone(),
  request: { body: jsonBody(passkeyAnswer) },
  responses: signedIn,
});
const lookAt = createRoute({
  method: 'post',
  path: '/api/invitation/look',
  operationId: 'lookAtInvitation',
  tags,
  summary: 'Tells what an invitation is to.',
  ...forAnyone(),
  request: { body: jsonBody(z.strictObject({ secret: linkSecret })) },
  responses: {
    200: answer(
      z.strictObject({ organisation: z.string(), role, expiresAt: z.iso.datetime() }),
      'The organisation and the role.',
    ),
  },
});
const accept = createRoute({
  method: 'post',
  path: '/api/invitation/accept',
  operationId: 'acceptInvitation',
  tags,
  summary: 'Takes an invitation, as someone new or as whoever is signed in, and signs in.',
  ...forAnyone(),
  request: {
    body: jsonBody(
      z.strictObject({
        secret: linkSecret,
        person: z
          .strictObject({ name: personName, signIn: signInName, password })
          .optional()
          .meta({ description: 'Left out by whoever is signed in.' }),
      }),
    ),
  },
  responses: signedIn,
});

/** Lets people in. */
export function signInRoutes({ store, now, cookie, people, passkeys }: SignInParts): Room {
  const routes = roomRoutes();

  routes.openapi(byPassword, async (context) => {
    const { signIn, password } = context.req.valid('json');
    const from = clientAddress(context, context.var.frame.proxies);
    await beginTry(store, signIn, from, now());
    const person = await store.db
      .selectFrom('people')
      .select(['id', 'password'])
      .where('sign_in', '=', signIn)
      .executeTakeFirst();
    const isRight = await isPassword(person?.password, password);
    if (!isRight || person === undefined || !(await isMember(store, person.id))) throw signInFailed();
    const before = cookie.read(context.req.raw.headers);
    const secret = await store.transaction(async (tables) => {
      await endTry(tables, signIn, from);
      await recordAct(tables, signInAct(person.id, 'password'), now());
      return beginSession(tables, { person: person.id, how: 'password', before }, now());
    });
    cookie.set(context, secret);
    return context.body(null, 204);
  });

  routes.openapi(beginPasskey, async (context) => context.json({ ...(await passkeys.beginSignIn()) }, 200));

  routes.openapi(byPasskey, async (context) => {
    const person = await passkeys.finishSignIn(
      context.req.valid('json') as unknown as AuthenticationResponseJSON,
    );
    if (!(await isMember(store, person))) throw signInFailed();
    const before = cookie.read(context.req.raw.headers);
    const secret = await store.transaction(async (tables) => {
      await recordAct(tables, signInAct(person, 'passkey'), now());
      return beginSession(tables, { person, how: 'passkey', before }, now());
    });
    cookie.set(context, secret);
    return context.body(null, 204);
  });

  routes.openapi(lookAt, async (context) => {
    await countGuess(store, `invitation ${clientAddress(context, context.var.frame.proxies)}`, links, now());
    const { organisation, role, expiresAt } = await lookAtInvitation(
      store,
      context.req.valid('json').secret,
      now(),
    );
    return context.json({ organisation, role, expiresAt: new Date(expiresAt).toISOString() }, 200);
  });

  routes.openapi(accept, async (context) => {
    await countGuess(store, `invitation ${clientAddress(context, context.var.frame.proxies)}`, links, now());
    const { secret, person } = context.req.valid('json');
    const session = person === undefined ? await people.sessionOf(context.req.raw.headers) : undefined;
    if (person === undefined && session === undefined) {
      throw new PeopleError('sign-in-failed', 'Sign in first, or say who you are.');
    }
    const invited = person ?? { person: session?.person ?? '' };
    const before = cookie.read(context.req.raw.headers);
    cookie.set(context, await acceptInvitation(store, { secret, invited, before }, now()));
    return context.body(null, 204);
  });

  return { routes, problems: [peopleProblems] };
}

/** Whoever belongs to no organisation any more does not come in. */
async function isMember(store: Store, person: string): Promise<boolean> {
  const membership = await store.db
    .selectFrom('memberships')
    .select('role')
    .where('person_id', '=', person)
    .where('state', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return membership !== undefined;
}

function signInAct(person: string, how: string) {
  return { organisation: null, person, act: 'people.sign-in', subject: person, detail: { how } };
}

function signInFailed(): PeopleError {
  return new PeopleError('sign-in-failed', 'The name or the password is wrong.');
}
