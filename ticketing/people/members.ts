import type { Role } from '../http/actor.ts';
import { notFound } from '../http/http-error.ts';
import { requireRevision } from '../http/revision.ts';
import { recordAct } from '../audit/record-act.ts';
import type { Store, Work } from '../store/store.ts';
import { PeopleError } from './people-error.ts';

export interface Member {
  readonly person: string;
  readonly name: string;
  readonly signIn: string;
  readonly role: Role;
  readonly state: 'active' | 'disabled';
  readonly since: number;
  readonly revision: number;
}

/** The people of an organisation, those after a certain one. */
export async function listMembers(
  store: Store,
  { organisation, after, limit }: { organisation: string; after: string; limit: number },
): Promise<Member[]> {
  const query = members(store, organisation).where('person_id', '>', after);
  return query.orderBy('person_id').limit(limit).execute();
}

export async function showMember(store: Store, organisation: string, person: string): Promise<Member> {
  const member = await members(store, organisation).where('person_id', '=', person).executeTakeFirst();
  if (member === undefined) throw notFound('person');
  return member;
}

function members(store: Store, organisation: string) {
  return store.db
    .selectFrom('memberships')
    .innerJoin('people', 'people.id', 'memberships.person_id')
    .select([
      'people.id as person',
      'people.name',
      'people.sign_in as signIn',
      'memberships.role',
      'memberships.state',
      'memberships.since',
      'memberships.revision',
    ])
    .where('organisation_id', '=', organisation);
}

export interface MemberChange {
  readonly role: Role;
  readonly state: 'active' | 'disabled';
}

/** Gives a person another role, disables or enables them. Someone who owns the organisation must be left. */
export async function changeMember(
  store: Store,
  where: { organisation: string; person: string; by: string; seen: number },
  { role, state }: MemberChange,
  now: number,
): Promise<void> {
  const { organisation, person, by, seen } = where;
  await store.transaction(async (tables) => {
    const rows = await ownersAnd(store, tables, organisation, person);
    const row = rows.find((each) => each.person_id === person);
    if (row === undefined) throw notFound('person');
    requireRevision(row, seen);
    const others = rows.filter((each) => each.person_id !== person && isOwner(each));
    if (others.length === 0 && !isOwner({ role, state })) {
      throw new PeopleError('last-owner', 'This is the last owner; make someone else one first.');
    }
    await tables
      .updateTable('memberships')
      .set({ role, state, revision: seen + 1 })
      .where('organisation_id', '=', organisation)
      .where('person_id', '=', person)
      .execute();
    const detail = { role, state, before: `${row.role} ${row.state}` };
    await recordAct(tables, { organisation, person: by, act: 'people.change', subject: person, detail }, now);
  });
}

/** Locks all owners, so that two do not take each other's role away at once. */
async function ownersAnd(
  store: Store,
  tables: Work,
  organisation: string,
  person: string,
): Promise<{ person_id: string; role: Role; state: 'active' | 'disabled'; revision: number }[]> {
  const query = tables
    .selectFrom('memberships')
    .select(['person_id', 'role', 'state', 'revision'])
    .where('organisation_id', '=', organisation)
    .where((eb) => eb.or([eb('role', '=', 'owner'), eb('person_id', '=', person)]))
    .orderBy('person_id');
  return (store.kind === 'postgres' ? query.forUpdate() : query).execute();
}

function isOwner({ role, state }: MemberChange): boolean {
  return role === 'owner' && state === 'active';
}
