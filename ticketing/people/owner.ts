import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { invite, type Invitation } from './invitations.ts';

/** Invites an owner to the organisation of that name, which is made where there is none. */
export async function inviteOwner(store: Store, organisation: string, now: number): Promise<Invitation> {
  return store.transaction(async (tables) => {
    const known = await tables
      .selectFrom('organisations')
      .select('id')
      .where('name', '=', organisation)
      .executeTakeFirst();
    const id = known?.id ?? newId(now);
    if (known === undefined) {
      await tables.insertInto('organisations').values({ id, name: organisation, created_at: now }).execute();
    }
    return invite(tables, { organisation: id, role: 'owner', by: null }, now);
  });
}

/** Whether anyone at all can sign in as an owner. */
export async function hasOwner(store: Store): Promise<boolean> {
  const owner = await store.db
    .selectFrom('memberships')
    .select('person_id')
    .where('role', '=', 'owner')
    .where('state', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return owner !== undefined;
}
