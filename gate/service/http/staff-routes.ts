import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { present } from '../../decide/presentation.ts';
import { verdictTable } from '../../decide/verdict-table.ts';
import type { Direction } from '../../decide/ticket.ts';
import type { Entry } from '../../journal-format/entry.ts';
import { Desk, type DoneByHand } from '../../staff/desk.ts';
import type { ReadyReport } from '../../check/ready-check.ts';
import type { ReceiptQueue } from '../../receipt/receipt-queue.ts';
import { role, type Role } from '../../staff/role.ts';
import { sessionSeconds, type StaffSessions } from '../../staff/sessions.ts';
import { StaffError } from '../../staff/staff-error.ts';
import type { Gate } from '../../tap/open-gate.ts';
import type { GateService } from '../gate-service.ts';
import type { Log } from '../../log.ts';
import { RecentTaps, tapRow } from '../recent-taps.ts';
import { closingSlip, readyCheckSlip } from '../slips.ts';
import { StaffBoard } from '../staff-board.ts';
import type { EventStreams } from '../../http/event-streams.ts';
import { bodyOf, jsonBody } from '../../http/request-body.ts';

const cookie = 'kazasu-staff';
const mostPackBytes = 256 * 1024 * 1024;
const countsEvery = 2_000;

const ticket = z.string().trim().min(1).max(200);
const reason = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\0-\x1f\x7f]*$/u, 'must be one line');
const signIn = z.strictObject({ role, pin: z.string().min(1).max(64) });
const lookUp = z.strictObject({ ticket });
const byHand = z.strictObject({
  ticket: ticket.optional(),
  direction: z.enum(['in', 'out']).default('in'),
  reason,
  force: z.boolean().default(false),
});
const undo = z.strictObject({ epoch: z.int().min(1), number: z.int().min(0), reason });
const lane = z.strictObject({ open: z.boolean() });
/** A receipt's code or its ticket number. */
const ofReceipt = z.strictObject({ receipt: ticket });

export interface StaffParts {
  readonly service: GateService;
  readonly sessions: StaffSessions;
  readonly streams: EventStreams;
  readonly log: Log;
  /** The printer's queue, where the gate has a printer. */
  readonly receipts?: ReceiptQueue;
  /** Looks at all that the gate needs before doors. */
  readonly readyCheck: () => Promise<ReadyReport>;
}

/** What staff see and do. Without a PIN nothing here answers; each act is an entry of the journal. */
export function staffRoutes(parts: StaffParts): Hono {
  const { service, sessions, streams, log } = parts;
  const taps = new RecentTaps(service);
  const board = new StaffBoard(service);
  const signedIn = (context: Context, needed: Role = 'staff'): Role =>
    sessions.check(tokenOf(context), needed);
  const desk = (): Desk => new Desk(openGateOf(service), () => service.now);
  /** Tells the screens and the log; the log learns neither ticket nor reason. */
  const acted = (act: string, by: Role, direction?: Direction, done?: DoneByHand): void => {
    log.info({ event: 'staff-act', act, by }, `Staff: ${act}, by ${by}.`);
    service.staffActed(direction === 'in' ? done : undefined);
  };

  const routes = new Hono();
  routes
    .post('/session', async (context) => {
      const { role: asked, pin } = await jsonBody(context, signIn);
      try {
        const token = await sessions.open(asked, pin);
        setCookie(context, cookie, token, {
          httpOnly: true,
          sameSite: 'Strict',
          path: '/api/staff',
          maxAge: sessionSeconds,
        });
        log.info({ event: 'signed-in', role: asked }, `Staff signed in as ${asked}.`);
        return context.json({ role: asked, token });
      } catch (error) {
        const code = error instanceof StaffError ? error.code : 'unexpected';
        log.warn({ event: 'sign-in-refused', role: asked, code }, `Signing in as ${asked} was refused.`);
        throw error;
      }
    })
    .get('/session', (context) => context.json({ role: signedIn(context) }))
    .delete('/session', (context) => {
      signedIn(context);
      sessions.close(tokenOf(context) ?? '');
      deleteCookie(context, cookie, { path: '/api/staff' });
      return context.body(null, 204);
    })
    .get('/state', (context) => {
      signedIn(context);
      return context.json(board.now);
    })
    .get('/taps', (context) => {
      signedIn(context);
      return context.json({ taps: taps.rows });
    })
    .get('/journal', (context) => {
      signedIn(context);
      const entries = openGateOf(service).journal.newest(100);
      return context.json({ entries: entries.map(({ epoch, entry }) => ({ epoch, ...shownEntry(entry) })) });
    })
    .get('/events', (context) => {
      signedIn(context);
      return streams.answer(
        (send) => {
          let stale = false;
          send('state', board.now);
          const counting = setInterval(() => {
            if (stale) send('state', board.now);
            stale = false;
          }, countsEvery);
          const end = service.listen((news) => {
            if (news.kind === 'tapped') send('tap', tapRow(news.tapped));
            if (news.kind === 'standing' || news.kind === 'ticketing') send('state', board.now);
            if (news.kind === 'tapped' || news.kind === 'staff') stale = true;
          });
          return () => {
            clearInterval(counting);
            end();
          };
        },
        () => isSignedIn(sessions, tokenOf(context)),
      );
    })
    .post('/tickets/look-up', async (context) => {
      signedIn(context);
      const { ticket: number } = await jsonBody(context, lookUp);
      const found = await desk().lookUp(number);
      const { name } = found.verdict;
      const { light, staff } = present(found.verdict);
      return context.json({
        ticket: found.ticket,
        movements: found.movements,
        verdict: { name, light, staff },
      });
    })
    .post('/admissions', async (context) => {
      const by = signedIn(context);
      const { ticket: number, ...asked } = await jsonBody(context, byHand);
      const done = await desk().letThrough({
        ...asked,
        ...(number === undefined ? {} : { ticket: number }),
        by,
      });
      acted(asked.force ? 'let through against the rules' : 'let through', by, asked.direction, done);
      return context.json(done.place, 201);
    })
    .post('/undo', async (context) => {
      const by = signedIn(context);
      const { reason: why, ...place } = await jsonBody(context, undo);
      const undone = desk().undo(place, why, by);
      acted('undo', by);
      return context.json(undone, 201);
    })
    .post('/lane', async (context) => {
      const { open } = await jsonBody(context, lane);
      // Anyone at the lane may stop it; who lets it go on has looked why it was stopped.
      const by = signedIn(context, open ? 'supervisor' : 'staff');
      openGateOf(service).journal.record({ kind: 'lane', at: service.now, open, by });
      service.setLane(open);
      acted(open ? 'lane opened' : 'lane closed', by);
      return context.json({ open });
    })
    .post('/packs', async (context) => {
      const by = signedIn(context, 'supervisor');
      const taken = await service.take(await bodyOf(context, 'application/octet-stream', mostPackBytes));
      acted(`${taken.kind} taken`, by);
      return context.json(taken, 201);
    })
    // Opens the pack once more, which takes its time: before doors, not in the rush.
    .post('/ready-check', async (context) => {
      signedIn(context, 'supervisor');
      return context.json(await parts.readyCheck());
    })
    .post('/ready-check/print', async (context) => {
      const by = signedIn(context, 'supervisor');
      const queue = receiptsOf(parts);
      const report = await parts.readyCheck();
      const slip = readyCheckSlip(report, service.config.gate, service.now);
      queue.add(slip);
      acted('ready check printed', by);
      return context.json({ ...report, code: slip.code }, 202);
    })
    // The checkpoint's short form to read out; on paper too, where there is a printer.
    .post('/closing-slip', async (context) => {
      const by = signedIn(context, 'supervisor');
      const closing = await service.closing(openGateOf(service));
      const { counts, checkpoint } = closing;
      const slip = closingSlip(closing, service.ticketing?.countersigned?.shortForm);
      parts.receipts?.add(slip);
      acted('closing slip', by);
      const paper = parts.receipts !== undefined;
      return context.json({ counts, shortForm: checkpoint?.shortForm, code: slip.code, paper }, 201);
    })
    .get('/receipts', (context) => {
      signedIn(context);
      return context.json(receiptsOf(parts).state());
    })
    .post('/receipts/reprint', async (context) => {
      const by = signedIn(context);
      const { receipt } = await jsonBody(context, ofReceipt);
      const code = receiptsOf(parts).reprint(receipt);
      acted('reprint', by);
      return context.json({ code }, 202);
    })
    .post('/receipts/dismiss', async (context) => {
      const by = signedIn(context);
      const { receipt } = await jsonBody(context, ofReceipt);
      const dismissed = receiptsOf(parts).dismiss(receipt);
      acted('receipt found on paper', by);
      return context.json({ dismissed });
    });
  return routes;
}

function openGateOf({ gate, standing }: GateService): Gate {
  if (gate !== undefined) return gate;
  const why = standing.troubles.map(({ reason: each }) => each).join(' ');
  throw new StaffError('out-of-order', `The gate is not open. ${why}`);
}

function receiptsOf({ receipts }: StaffParts): ReceiptQueue {
  if (receipts !== undefined) return receipts;
  throw new StaffError('no-printer', 'This gate has no printer; name one by "printer" in its configuration.');
}

/** An entry as staff see it: the tags of cards and the bytes of hashes are nobody's matter. */
function shownEntry(entry: Entry): object {
  const { ja, en } = entry.kind === 'tap' ? verdictTable[entry.verdict].visitor : {};
  return {
    ...Object.fromEntries(
      Object.entries(entry).filter(([, value]) => !(value instanceof Uint8Array) && !isLog(value)),
    ),
    ...(ja === undefined || en === undefined ? {} : { title: { ja: ja.title, en: en.title } }),
  };
}

function isLog(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'root' in value;
}

/** A program shows its token as a bearer's, a page as a cookie that its scripts cannot read. */
function tokenOf(context: Context): string | undefined {
  const bearer = /^Bearer ([\w-]{1,100})$/.exec(context.req.header('authorization') ?? '')?.[1];
  return bearer ?? getCookie(context, cookie);
}

function isSignedIn(sessions: StaffSessions, token: string | undefined): boolean {
  try {
    sessions.check(token, 'staff');
    return true;
  } catch {
    return false;
  }
}
