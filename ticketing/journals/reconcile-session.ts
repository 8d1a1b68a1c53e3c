import { packRules } from '../entry-list/pack-contents.ts';
import { openCase, settleCase, type CaseOutcome, type FoundCase } from '../cases/found-case.ts';
import type { Store } from '../store/store.ts';
import { admittedAfterWithdrawal, type IssuedVersion, type Withdrawal } from './after-withdrawal.ts';
import { letThroughAgainstRules } from './double-entries.ts';
import { grouped } from './grouped.ts';
import { handOverWithin, reachesEnd } from './missing-journals.ts';
import { shown, type Movement } from './movement.ts';
import { expectedJournals } from './expected-journals.ts';
import { sessionMovements } from './session-movements.ts';

interface Session {
  readonly id: string;
  readonly organisation: string;
  readonly eventId: string;
  readonly event: string;
  readonly name: string;
  readonly validFrom: number;
  readonly validUntil: number;
  readonly rules: Pick<ReturnType<typeof packRules.parse>, 'entry' | 'visitLimits'>;
}

type Found = Pick<FoundCase, 'kind' | 'subject' | 'detail'>;

/**
 * Looks at all that the gates of a session handed over, as one: who was let through twice, who after a
 * withdrawal, who by hand, and which journals are missing. What is found becomes cases, the same ones each
 * time. Answers what became of each; nothing where there is no such session.
 *
 * @example
 * await reconcile(store, 'spring-2027/first night', now());
 */
export async function reconcile(store: Store, name: string, now: number): Promise<CaseOutcome[]> {
  const session = await findSession(store, name);
  if (session === undefined) return [];
  const movements = await sessionMovements(store, name);
  const found = [
    ...doubleEntries(session, movements, await otherVisits(store, session)),
    ...afterWithdrawal(session, movements, await withdrawals(store, session), await versions(store, session)),
    ...handAdmissions(session, movements),
  ];
  const { late, settled } = await lateJournals(store, session, now);
  return store.transaction(async (tables) => {
    const outcomes: CaseOutcome[] = [];
    const { organisation, eventId: event, id } = session;
    for (const each of [...found, ...late]) {
      outcomes.push(await openCase(tables, store.kind, { organisation, event, session: id, ...each }, now));
    }
    for (const { kind, subject } of settled) {
      await settleCase(
        tables,
        { organisation, kind, subject },
        'Closed by the service: the journal came in.',
        now,
      );
    }
    return outcomes;
  });
}

function doubleEntries(
  session: Session,
  movements: readonly Movement[],
  earlier: readonly Movement[],
): Found[] {
  return letThroughAgainstRules(movements, session.rules, earlier).map((found) => ({
    kind: found.verdict === 'already-entered' ? 'double-entry' : 'visit-limit',
    subject: `session ${session.id} ${found.subject}`,
    detail: {
      ...(found.ticket === undefined ? { card: found.subject } : { ticket: found.ticket }),
      gates: [...new Set(found.movements.map(({ gate }) => gate))].sort(),
      movements: found.movements.map((movement) => ({
        ...shown(movement),
        ...(found.against.includes(movement) ? { against: found.verdict } : {}),
      })),
    },
  }));
}

function afterWithdrawal(
  session: Session,
  movements: readonly Movement[],
  gone: readonly Withdrawal[],
  issued: readonly IssuedVersion[],
): Found[] {
  return admittedAfterWithdrawal(movements, gone, issued).map(({ subject, ticket, withdrawal, entries }) => ({
    kind: 'admission-after-withdrawal',
    subject: `session ${session.id} ${subject}`,
    detail: {
      ticket,
      withdrawn: {
        at: new Date(withdrawal.at).toISOString(),
        why: withdrawal.why,
        card: withdrawal.tag !== undefined,
      },
      entries: entries.map(({ movement, issued: { version, issuedAt } }) => ({
        ...shown(movement),
        issued: { version, at: new Date(issuedAt).toISOString() },
      })),
    },
  }));
}

/** What staff let through by hand, for review: one case for each gate. */
function handAdmissions(session: Session, movements: readonly Movement[]): Found[] {
  const byHand = movements.filter(({ how }) => how === 'hand');
  return [...grouped(byHand, ({ gate }) => gate)].map(([gate, all]) => ({
    kind: 'hand-admissions',
    subject: `session ${session.id} gate ${gate}`,
    detail: {
      gate,
      admissions: all.map((movement) => ({
        ...shown(movement),
        ...(movement.ticket === undefined ? {} : { ticket: movement.ticket }),
      })),
    },
  }));
}

async function lateJournals(
  store: Store,
  session: Session,
  now: number,
): Promise<{ readonly late: readonly Found[]; readonly settled: readonly Found[] }> {
  if (now < session.validUntil + handOverWithin) return { late: [], settled: [] };
  const [late, settled]: [Found[], Found[]] = [[], []];
  for (const expected of await expectedJournals(store, session)) {
    const { gate, door, fetched, lastEntry } = expected;
    const last = lastEntry === undefined ? {} : { handedOverUntil: new Date(lastEntry.at).toISOString() };
    const found = {
      kind: 'journal-missing',
      subject: `session ${session.id} gate ${gate}`,
      detail: { gate, door, fetched, ...last },
    };
    (reachesEnd(expected, session) ? settled : late).push(found);
  }
  return { late, settled };
}

async function findSession(store: Store, name: string): Promise<Session | undefined> {
  const [event = '', ...rest] = name.split('/');
  const row = await store.db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['sessions.id', 'sessions.rules', 'sessions.valid_from', 'sessions.valid_until'])
    .select(['events.id as event_id', 'events.organisation_id'])
    .where('events.name', '=', event)
    .where('sessions.name', '=', rest.join('/'))
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const rules = packRules.pick({ entry: true, visitLimits: true }).loose().parse(JSON.parse(row.rules));
  return {
    id: row.id,
    organisation: row.organisation_id,
    eventId: row.event_id,
    event,
    name,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    rules: {
      entry: rules.entry,
      ...(rules.visitLimits === undefined ? {} : { visitLimits: rules.visitLimits }),
    },
  };
}

/** Entries to the event's other sessions, where the rules count visits over all of them. */
async function otherVisits(store: Store, { rules, eventId, event, id }: Session): Promise<Movement[]> {
  if (rules.visitLimits === undefined) return [];
  const others = await store.db
    .selectFrom('sessions')
    .select('name')
    .where('event_id', '=', eventId)
    .where('id', '<>', id)
    .execute();
  const each = await Promise.all(others.map(({ name }) => sessionMovements(store, `${event}/${name}`)));
  return each.flat();
}

/** What no longer admits: tickets that ended, cards that were taken from their tickets. */
async function withdrawals(store: Store, { id }: Session): Promise<Withdrawal[]> {
  const tickets = await store.db
    .selectFrom('tickets')
    .select(['number', 'changed_at', 'ended_why'])
    .where('session_id', '=', id)
    .where('state', '=', 'ended')
    .execute();
  const cards = await store.db
    .selectFrom('bindings')
    .innerJoin('tickets', 'tickets.id', 'bindings.ticket_id')
    .select(['tickets.number', 'bindings.serial_hash', 'bindings.ended_at', 'bindings.ended_why'])
    .where('bindings.session_id', '=', id)
    .where('bindings.state', '<>', 'active')
    .where('bindings.ended_at', 'is not', null)
    .where((eb) =>
      // Bound to the same ticket again since.
      eb.not(
        eb.exists(
          eb
            .selectFrom('bindings as again')
            .select('again.id')
            .whereRef('again.ticket_id', '=', 'bindings.ticket_id')
            .whereRef('again.serial_hash', '=', 'bindings.serial_hash')
            .where('again.state', '=', 'active'),
        ),
      ),
    )
    .orderBy('bindings.ended_at')
    .execute();
  return [
    ...cards.map(({ number, serial_hash, ended_at, ended_why }) => ({
      ticket: number,
      tag: serial_hash.subarray(0, 16).toString('hex'),
      at: ended_at ?? 0,
      why: ended_why ?? 'ended',
    })),
    ...tickets.map(({ number, changed_at, ended_why }) => ({
      ticket: number,
      at: changed_at,
      why: ended_why ?? 'ended',
    })),
  ];
}

async function versions(store: Store, { id }: Session): Promise<IssuedVersion[]> {
  const rows = await store.db
    .selectFrom('entry_lists')
    .select(['gate_group', 'version', 'issued_at'])
    .where('session_id', '=', id)
    .execute();
  return rows.map(({ gate_group, version, issued_at }) => ({
    gateGroup: gate_group,
    version,
    issuedAt: issued_at,
  }));
}
