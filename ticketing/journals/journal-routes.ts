import { createRoute, z } from '@hono/zod-openapi';
import { JournalError } from '../../gate/journal-format/journal-error.ts';
import { gatePaths, journalAnswer } from '../gate-api/messages.ts';
import { gateProblems } from '../gates/gate-problems.ts';
import { describedAs } from '../http/described.ts';
import { forGates, forPeople } from '../http/guard.ts';
import { HttpError, notFound } from '../http/http-error.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { problemsOf } from '../http/problem.ts';
import { answer, roomRoutes, type Room } from '../http/room.ts';
import { importJournal } from './import-journal.ts';
import { JournalsError } from './journals-error.ts';
import { reconcile } from './reconcile-session.ts';
import { takeJournal, type JournalTaker, type TakenJournal } from './take-journal.ts';

/** A gate's years: an entry is a few hundred bytes. */
const mostJournalBytes = 256 * 1024 * 1024;
const octets = 'application/octet-stream';
const fileBody = {
  required: true,
  content: { [octets]: { schema: z.string().openapi({ format: 'binary' }) } },
} as const;
const answerSchema = describedAs('JournalAnswer', journalAnswer);
const tags = ['journals'];

const handOver = createRoute({
  method: 'post',
  path: gatePaths.journal,
  operationId: 'handOverJournal',
  tags: ['gate'],
  summary: 'Takes the journal of the gate that asks; the same one again changes nothing.',
  ...forGates({ takes: octets, mostBytes: mostJournalBytes }),
  request: { body: fileBody },
  responses: {
    200: answer(answerSchema, 'What is wrong in it, and the checkpoints that hold, countersigned.'),
  },
});

const importOne = createRoute({
  method: 'post',
  path: '/api/journals',
  operationId: 'importJournal',
  tags,
  summary: 'Takes a gate’s journal that came as a file; the same one again changes nothing.',
  ...forPeople(['owner', 'organiser', 'desk'], { takes: octets, mostBytes: mostJournalBytes }),
  request: {
    query: z.strictObject({
      evenIfRevoked: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'true where a revoked gate’s journal is to count all the same.' }),
    }),
    body: fileBody,
  },
  responses: {
    200: answer(
      z
        .strictObject({
          gate: z.string(),
          entries: z.int().meta({ description: 'How many entries were new.' }),
          sessions: z.array(z.string()),
          answer: answerSchema,
        })
        .openapi('ImportedJournal'),
      'What was new in it, and what the gate is to be told.',
    ),
  },
});

const journalView = z
  .strictObject({
    gate: z.string(),
    gateId: z.string(),
    epoch: z.int().meta({ description: 'Each start of the gate begins a log.' }),
    entries: z.int(),
    countersigned: z.boolean(),
    seenAt: z.iso.datetime(),
  })
  .openapi('ReceivedJournal');

const list = createRoute({
  method: 'get',
  path: '/api/journals',
  operationId: 'listJournals',
  tags,
  summary: 'How far the journals of the gates are in, the last that came first.',
  ...forPeople(['owner', 'organiser', 'desk', 'auditor']),
  request: { query: pageQuery.extend({ gate: z.string().min(1).max(64).optional() }) },
  responses: { 200: answer(pageOf(journalView), 'A page of logs.') },
});

const reconcileNow = createRoute({
  method: 'post',
  path: '/api/sessions/{session}/reconcile',
  operationId: 'reconcileSession',
  tags,
  summary: 'Looks at all journals of a session as one, now; what is found becomes cases.',
  ...forPeople(['owner', 'organiser', 'desk']),
  request: { params: z.strictObject({ session: z.string().min(1).max(64) }) },
  responses: {
    200: answer(
      z.strictObject({
        found: z.int().meta({ description: 'Of how much people must take a look,' }),
        opened: z.int().meta({ description: 'and how much of that is new.' }),
      }),
      'What came of it.',
    ),
  },
});

/** Lets gates hand their journals over, and people bring those of gates without a network. */
export function journalRoutes(taker: JournalTaker): Room {
  const { store, now } = taker;
  const routes = roomRoutes();

  routes.openapi(handOver, async (context) => {
    const gate = await store.db
      .selectFrom('gates')
      .selectAll()
      .where('id', '=', context.var.gate.id)
      .executeTakeFirstOrThrow();
    const taken = await takeJournal(taker, gate, context.var.body);
    return context.json(taken.answer, 200);
  });
  routes.openapi(importOne, async (context) => {
    const { organisation, person } = context.var.actor;
    const evenIfRevoked = context.req.valid('query').evenIfRevoked === 'true';
    const brought = { organisation, person, file: context.var.body, evenIfRevoked };
    return context.json(viewOf(await importJournal(taker, brought)), 200);
  });
  routes.openapi(list, async (context) => {
    const { after, limit, gate } = context.req.valid('query');
    const rows = await logsOf(taker, context.var.actor.organisation, { after, limit: limit + 1, gate });
    const page = pageFrom(rows, limit, cursorOf, (row) => ({
      gate: row.name,
      gateId: row.gate_id,
      epoch: row.epoch,
      entries: row.size,
      countersigned: row.countersigned !== null,
      seenAt: new Date(row.seen_at).toISOString(),
    }));
    return context.json(page, 200);
  });
  routes.openapi(reconcileNow, async (context) => {
    const { session } = context.req.valid('param');
    const name = await journalName(taker, context.var.actor.organisation, session);
    const outcomes = await reconcile(store, name, now());
    const opened = outcomes.filter((outcome) => outcome !== 'known').length;
    return context.json({ found: outcomes.length, opened }, 200);
  });
  return { routes, problems: [...journalProblems, ...gateProblems] };
}

const journalProblems = [
  problemsOf(JournalsError, { 'unknown-gate': 409, 'revoked-gate': 409, 'other-gate': 409 }),
  // Of the format's errors only this one can come of a file that was sent; the others are faults of our own.
  (error: unknown) => (error instanceof JournalError && error.code === 'malformed' ? 400 : undefined),
] as const;

function viewOf({ gate, entries, sessions, answer: told }: TakenJournal) {
  return { gate, entries, sessions: [...sessions], answer: told };
}

interface LogRow {
  readonly gate_id: string;
  readonly name: string;
  readonly epoch: number;
  readonly size: number;
  readonly countersigned: string | null;
  readonly seen_at: number;
}

const cursorOf = ({ seen_at, gate_id, epoch }: LogRow): string => `${seen_at}.${gate_id}.${epoch}`;

async function logsOf(
  { store }: JournalTaker,
  organisation: string,
  wanted: { readonly after?: string | undefined; readonly limit: number; readonly gate?: string | undefined },
): Promise<LogRow[]> {
  let query = store.db
    .selectFrom('gate_logs')
    .innerJoin('gates', 'gates.id', 'gate_logs.gate_id')
    .select([
      'gate_logs.gate_id',
      'gates.name',
      'gate_logs.epoch',
      'gate_logs.size',
      'gate_logs.countersigned',
      'gate_logs.seen_at',
    ])
    .where('gates.organisation_id', '=', organisation);
  if (wanted.gate !== undefined) query = query.where('gate_logs.gate_id', '=', wanted.gate);
  if (wanted.after !== undefined) {
    const [, at, id = '', epoch] = /^(\d{1,15})\.([^.]+)\.(\d{1,15})$/.exec(wanted.after) ?? [];
    if (id === '') throw new HttpError('bad-request', 'That is no "next" of a page of journals.');
    query = query.where((eb) =>
      eb(
        eb.refTuple('gate_logs.seen_at', 'gate_logs.gate_id', 'gate_logs.epoch'),
        '<',
        eb.tuple(Number(at), id, Number(epoch)),
      ),
    );
  }
  return query
    .orderBy('gate_logs.seen_at', 'desc')
    .orderBy('gate_logs.gate_id', 'desc')
    .orderBy('gate_logs.epoch', 'desc')
    .limit(wanted.limit)
    .execute();
}

/** As journals name a session. */
async function journalName({ store }: JournalTaker, organisation: string, session: string): Promise<string> {
  const row = await store.db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['events.name as event', 'sessions.name as session'])
    .where('sessions.id', '=', session)
    .where('events.organisation_id', '=', organisation)
    .executeTakeFirst();
  if (row === undefined) throw notFound('session');
  return `${row.event}/${row.session}`;
}
