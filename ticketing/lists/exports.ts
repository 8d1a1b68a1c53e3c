import type { Selectable } from 'kysely';
import type { CardChecks } from '../card-checks/card-checks.ts';
import { EntryListError } from '../entry-list/entry-list-error.ts';
import { addJob, type JobKind } from '../jobs/job.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { ListsError } from './lists-error.ts';
import { makeVersion, type VersionMaker, type WantedKind } from './make-version.ts';
import { packFacts } from './pack-facts.ts';
import { sessionToList } from './session-to-list.ts';

export type ExportRow = Selectable<Tables['list_exports']>;

const exportName = { name: 'lists.export' };
const hour = 3_600_000;
/** Progress is written after so many more tickets. */
const progressEvery = 2000;

export interface ExportToAsk {
  readonly organisation: string;
  readonly person: string | null;
  readonly session: string;
  readonly gateGroup: string;
  readonly wanted: WantedKind;
}

/** Has a list exported in the background; answers the export's id. What can be refused at once is. */
export async function askForExport(
  { store, roots, now }: VersionMaker,
  { organisation, person, session: id, gateGroup, wanted }: ExportToAsk,
): Promise<string> {
  const session = await sessionToList(store, id, organisation);
  if (session.isOver(now())) {
    throw new ListsError('session-over', 'The session is cancelled or over; no gate takes a list of it.');
  }
  await packFacts(store, session, gateGroup, roots);
  const asked = newId(now());
  await store.transaction(async (tables) => {
    await tables
      .insertInto('list_exports')
      .values({
        id: asked,
        organisation_id: organisation,
        session_id: session.id,
        gate_group: gateGroup,
        wanted,
        state: 'waiting',
        done: 0,
        total: 0,
        asked_by: person,
        asked_at: now(),
      })
      .execute();
    await addJob(tables, { kind: exportName, payload: { export: asked }, runAt: now(), name: asked });
  });
  return asked;
}

/** The background work of exports. */
export function exportJob(
  maker: VersionMaker,
  checks: Pick<CardChecks, 'session'>,
): JobKind<{ readonly export: string }> {
  return {
    ...exportName,
    // A million tickets, on a slow token.
    mostMs: hour / 2,
    run: ({ export: asked }) => runExport(maker, checks, asked),
  };
}

/** Does an export that was asked for; one that is done, or failed for good, is left as it is. */
async function runExport(
  maker: VersionMaker,
  checks: Pick<CardChecks, 'session'>,
  asked: string,
): Promise<void> {
  const { store, now } = maker;
  const row = await store.db
    .selectFrom('list_exports')
    .selectAll()
    .where('id', '=', asked)
    .executeTakeFirst();
  if (row === undefined || row.state === 'done' || row.state === 'failed') return;
  const total = await countTickets(store, row.session_id);
  await change(store, asked, { state: 'running', done: 0, total, error: null });
  const { session_id: session, gate_group: gateGroup, wanted: kind, asked_by: person } = row;
  try {
    // Only cards that the authority has just called good are listed; while it is away no list is made.
    await checks.session(session);
    await makeVersion(
      maker,
      { session, gateGroup, kind, person },
      { progress: progressOf(store, asked), alongside: (tables, list) => end(tables, asked, list, now()) },
    );
  } catch (error) {
    const refused = error instanceof ListsError || error instanceof EntryListError;
    const isOver = refused || now() - row.asked_at > hour;
    const words = refused
      ? `${error.code}: ${error.message}`
      : 'failed: What the export needs did not answer, or not rightly; the service’s log says more.';
    await change(store, asked, {
      state: isOver ? 'failed' : 'waiting',
      error: words,
      ...(isOver ? { ended_at: now() } : {}),
    });
    // Of what is not its own the runner tells the operator, and tries again as long as it is not over.
    if (!refused) throw error;
  }
}

function progressOf(store: Store, asked: string): (done: number) => Promise<void> {
  let told = 0;
  return async (done) => {
    if (done - told < progressEvery) return;
    told = done;
    await change(store, asked, { done });
  };
}

async function end(tables: Work, asked: string, list: string, now: number): Promise<void> {
  await tables
    .updateTable('list_exports')
    .set((eb) => ({ state: 'done', done: eb.ref('total'), list_id: list, error: null, ended_at: now }))
    .where('id', '=', asked)
    .execute();
}

async function change(store: Store, asked: string, columns: Partial<ExportRow>): Promise<void> {
  await store.transaction((tables) =>
    tables.updateTable('list_exports').set(columns).where('id', '=', asked).execute(),
  );
}

async function countTickets({ db }: Store, session: string): Promise<number> {
  const { count } = await db
    .selectFrom('tickets')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('session_id', '=', session)
    .where('state', '=', 'valid')
    .executeTakeFirstOrThrow();
  return Number(count);
}
