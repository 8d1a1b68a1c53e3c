// A service with two organisations: one has one of everything that a path can name, the other has nothing.
import { randomBytes } from 'node:crypto';
import type { Signer } from '../../../hsm/keys/signer.ts';
import { roles, type Role } from '../../../ticketing/http/actor.ts';
import { acceptInvitation, invite } from '../../../ticketing/people/invitations.ts';
import { newId } from '../../../ticketing/store/new-id.ts';
import type { Store } from '../../../ticketing/store/store.ts';
import { bindHash, sellParty, setUpSession, type SetUpSession } from '../../box-office/box-office.ts';
import { enrolInStore, group } from '../../lists/enrol-in-store.ts';
import { softwareSigner } from '../../journal/software-signer.ts';

/** Who belongs to an organisation, by role: the cookie of each. */
export type People = Readonly<Record<Role, string>>;

export interface TwoOrganisations {
  /** The one that has everything, and its gate, */
  readonly hall: People;
  readonly hallGate: Signer;
  /** and the one that looks in. */
  readonly others: People;
  readonly othersGate: Signer;
  /** What there is of each name that stands in a path. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Puts both into the store of a service. */
export async function twoOrganisations(store: Store, now: number): Promise<TwoOrganisations> {
  const session = await setUpSession(store, { seats: 4 });
  const others = newId();
  await store.db
    .insertInto('organisations')
    .values({ id: others, name: 'Others', created_at: now })
    .execute();
  const [hallGate, othersGate] = [softwareSigner(), softwareSigner()];
  const gate = await enrolInStore(store, { organisation: session.organisation, name: 'north' }, hallGate);
  await enrolInStore(store, { organisation: others, name: 'back-door' }, othersGate);
  return {
    hall: await peopleOf(store, session.organisation, now),
    hallGate,
    others: await peopleOf(store, others, now),
    othersGate,
    ids: {
      ...(await ofSale(store, session)),
      ...(await ofWork(store, session, gate.id, now)),
      gate: gate.id,
    },
  };
}

async function peopleOf(store: Store, organisation: string, now: number): Promise<People> {
  const cookies = await Promise.all(
    roles.map(async (role) => {
      const { secret } = await store.transaction((tables) =>
        invite(tables, { organisation, role, by: null }, now),
      );
      const signIn = `${role}-${organisation.slice(-8).toLowerCase()}`;
      const invited = { name: 'Aoki', signIn, password: 'a long walk by the sea' };
      return [role, `kazasu-session=${await acceptInvitation(store, { secret, invited }, now)}`] as const;
    }),
  );
  return Object.fromEntries(cookies) as People;
}

async function ofSale(store: Store, session: SetUpSession): Promise<Record<string, string>> {
  const { application, tickets } = await sellParty(store, session);
  const [ticket = ''] = tickets;
  const { binding } = await bindHash(store, session, ticket);
  const [token, refund] = [randomBytes(16).toString('hex'), newId()];
  await store.db
    .insertInto('slips')
    .values({ number: '1234567890123456', application_id: application, token, amount: 8000, due_at: 1 })
    .execute();
  const refunded = (await sellParty(store, session)).tickets[0] ?? '';
  await store.db
    .insertInto('refunds')
    .values({
      id: refund,
      organisation_id: session.organisation,
      session_id: session.session,
      application_id: application,
      ticket_id: refunded,
      amount: 8000,
      why: 'cancelled',
      state: 'owed',
      owed_at: 1,
      paid_at: null,
      paid_by: null,
      reference: null,
      revision: 1,
    })
    .execute();
  const { event, category, session: id } = session;
  return { event, session: id, category, ticket, application, card: binding, refund, token };
}

async function ofWork(
  store: Store,
  session: SetUpSession,
  gate: string,
  now: number,
): Promise<Record<string, string>> {
  const { organisation, event, session: id } = session;
  const [list, asked, found] = [newId(), newId(), newId()];
  const [code, passkey, orders] = [newId(), newId(), newId()];
  const digest = randomBytes(32).toString('hex');
  const member = await store.db
    .selectFrom('memberships')
    .select('person_id')
    .where('organisation_id', '=', organisation)
    .where('role', '=', 'auditor')
    .executeTakeFirstOrThrow();
  const placing = { gate_group: group, door: 'north', direction: 'in' } as const;
  await store.transaction(async (tables) => {
    await tables
      .insertInto('entry_lists')
      .values({
        id: list,
        organisation_id: organisation,
        event_id: event,
        session_id: id,
        gate_group: group,
        version: 1,
        kind: 'full',
        base: null,
        digest,
        manifest_digest: randomBytes(32),
        bytes: 4,
        entries: 1,
        contents_digest: randomBytes(32),
        issued_at: now,
        made_by: null,
      })
      .execute();
    await tables
      .insertInto('list_chunks')
      .values({ list_id: list, number: 0, bytes: Buffer.from('pack') })
      .execute();
    await tables
      .insertInto('list_recipients')
      .values({ list_id: list, gate_id: gate, fetched_at: null })
      .execute();
    await tables
      .insertInto('list_exports')
      .values({
        id: asked,
        organisation_id: organisation,
        session_id: id,
        gate_group: group,
        wanted: 'newest',
        state: 'done',
        done: 1,
        total: 1,
        list_id: list,
        error: null,
        asked_by: null,
        asked_at: now,
        ended_at: now,
      })
      .execute();
    await tables
      .insertInto('order_imports')
      .values({
        id: orders,
        organisation_id: organisation,
        event_id: event,
        guide: 'guide',
        wanted: 'all',
        state: 'done',
        file: null,
        done: 1,
        total: 1,
        taken: 1,
        wrong: 0,
        report: '[]',
        asked_by: null,
        asked_at: now,
        ended_at: now,
      })
      .execute();
    await tables
      .insertInto('cases')
      .values({
        id: found,
        organisation_id: organisation,
        event_id: event,
        session_id: id,
        kind: 'journal-gap',
        subject: 'north',
        detail: '{}',
        state: 'open',
        outcome: null,
        owner_id: null,
        opened_at: now,
        changed_at: now,
        revision: 1,
      })
      .execute();
    await tables
      .insertInto('gate_codes')
      .values({
        id: code,
        organisation_id: organisation,
        code_hash: randomBytes(32),
        gate: 'south',
        ...placing,
        made_at: now,
        expires_at: now + 3_600_000,
        gate_id: null,
      })
      .execute();
    await tables
      .insertInto('passkeys')
      .values({
        id: passkey,
        person_id: member.person_id,
        label: 'key',
        public_key: randomBytes(77),
        counter: 0,
        transports: '[]',
        created_at: now,
        used_at: null,
      })
      .execute();
  });
  const invitation = await store.transaction((tables) =>
    invite(tables, { organisation, role: 'desk', by: null }, now),
  );
  return {
    list,
    export: asked,
    import: orders,
    case: found,
    code,
    passkey,
    digest,
    person: member.person_id,
    invitation: invitation.id,
  };
}
