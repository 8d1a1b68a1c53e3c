import type { Role } from '../http/actor.ts';
import { notFound } from '../http/http-error.ts';
import { recordAct } from '../audit/record-act.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import { hashPassword } from './password.ts';
import { PeopleError } from './people-error.ts';
import { digestOf, newSecret } from './secret.ts';
import { beginSession } from './sessions.ts';

const lastsMs = 3 * 24 * 3600_000;

export interface Invitation {
  readonly id: string;
  /** Goes into the link, and is kept nowhere. */
  readonly secret: string;
  readonly expiresAt: number;
}

/** Invites someone to a role; whoever has the link may take it, once. */
export async function invite(
  tables: Work,
  { organisation, role, by }: { organisation: string; role: Role; by: string | null },
  now: number,
): Promise<Invitation> {
  const invitation = { id: newId(now), secret: newSecret(), expiresAt: now + lastsMs };
  await tables
    .insertInto('invitations')
    .values({
      id: invitation.id,
      secret: digestOf(invitation.secret),
      organisation_id: organisation,
      role,
      invited_by: by,
      created_at: now,
      expires_at: invitation.expiresAt,
      used_at: null,
    })
    .execute();
  const act = { organisation, person: by, act: 'people.invite', subject: invitation.id, detail: { role } };
  await recordAct(tables, act, now);
  return invitation;
}

/** The link of an invitation: the secret stands where browsers send it to no server. */
export function invitationLink(publicUrl: URL, { secret }: Invitation): string {
  return new URL(`/invitation#${secret}`, publicUrl).href;
}

/** What an invitation is to, for whoever holds its link. */
export async function lookAtInvitation(
  store: Store,
  secret: string,
  now: number,
): Promise<{ organisation: string; role: Role; expiresAt: number }> {
  const row = await store.db
    .selectFrom('invitations')
    .innerJoin('organisations', 'organisations.id', 'invitations.organisation_id')
    .select(['organisations.name', 'role', 'expires_at', 'used_at'])
    .where('secret', '=', digestOf(secret))
    .executeTakeFirst();
  if (row === undefined || row.used_at !== null || row.expires_at <= now) throw invitationOver();
  return { organisation: row.name, role: row.role, expiresAt: row.expires_at };
}

/** Who takes an invitation: someone new, or someone who is signed in already. */
export type Invited =
  { readonly name: string; readonly signIn: string; readonly password: string } | { readonly person: string };

/** Takes an invitation; answers the secret of the session that begins with it. */
export async function acceptInvitation(
  store: Store,
  { secret, invited, before }: { secret: string; invited: Invited; before?: string | undefined },
  now: number,
): Promise<string> {
  await lookAtInvitation(store, secret, now);
  const password = 'person' in invited ? null : await hashPassword(invited.password, invited.signIn);
  return store.transaction(async (tables) => {
    const invitation = await tables
      .updateTable('invitations')
      .set({ used_at: now })
      .where('secret', '=', digestOf(secret))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['id', 'organisation_id', 'role'])
      .executeTakeFirst();
    if (invitation === undefined) throw invitationOver();
    const person = 'person' in invited ? invited.person : newId(now);
    if (!('person' in invited)) await addPerson(tables, { ...invited, id: person, password }, now);
    const { organisation_id: organisation, role } = invitation;
    const { numInsertedOrUpdatedRows } = await tables
      .insertInto('memberships')
      .values({
        person_id: person,
        organisation_id: organisation,
        role,
        state: 'active',
        since: now,
        revision: 1,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) {
      throw new PeopleError(
        'already-member',
        'You belong to this organisation already; an owner can change your role.',
      );
    }
    const act = { organisation, person, act: 'people.join', subject: invitation.id, detail: { role } };
    await recordAct(tables, act, now);
    return beginSession(tables, { person, how: 'invitation', before }, now);
  });
}

/** Takes an invitation back before anyone took it. */
export async function recallInvitation(
  store: Store,
  { organisation, invitation, by }: { organisation: string; invitation: string; by: string },
  now: number,
): Promise<void> {
  await store.transaction(async (tables) => {
    const { numDeletedRows } = await tables
      .deleteFrom('invitations')
      .where('id', '=', invitation)
      .where('organisation_id', '=', organisation)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    if (numDeletedRows !== 1n) throw notFound('invitation');
    await recordAct(tables, { organisation, person: by, act: 'people.recall', subject: invitation }, now);
  });
}

async function addPerson(
  tables: Work,
  { id, name, signIn, password }: { id: string; name: string; signIn: string; password: string | null },
  now: number,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tables
    .insertInto('people')
    .values({ id, name, sign_in: signIn, password, created_at: now })
    .onConflict((conflict) => conflict.column('sign_in').doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) return;
  throw new PeopleError(
    'sign-in-taken',
    'Someone signs in with that name already; take another, or sign in first.',
  );
}

function invitationOver(): PeopleError {
  return new PeopleError(
    'invitation-over',
    'This invitation was used, taken back, or is too old; ask for a new one.',
  );
}
