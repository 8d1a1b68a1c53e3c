import { sql } from 'kysely';
import type { Console } from '../../hsm/program/console.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { openToken } from '../../hsm/token/token.ts';
import { HttpAuthority } from '../../hsm/validity/http-authority.ts';
import { CardChecks } from '../card-checks/card-checks.ts';
import { readConfig } from '../config/config.ts';
import { openServiceKeys } from '../keys/service-keys.ts';
import { fileOf, type VersionRow } from '../lists/kept-versions.ts';
import { ListsError } from '../lists/lists-error.ts';
import { makeVersion, type WantedKind } from '../lists/make-version.ts';
import { readTrustedRoots } from '../service/trusted-roots.ts';
import { openStore, type Store } from '../store/store.ts';
import { openLog } from './open-log.ts';
import { writeWholeFile } from './whole-file.ts';

export interface StoreExport {
  readonly config: string;
  /** EVENT/SESSION, as packs and journals name them. */
  readonly session: string;
  readonly group: string;
  readonly kind: WantedKind;
  readonly out: string;
}

/** Makes the next version of a session's list as the service itself would, keeps it there, and writes its file. */
export async function exportFromStore(wanted: StoreExport, console: Console): Promise<void> {
  const config = readConfig(wanted.config, process.env);
  const { log, flush } = openLog(console);
  const token = await openToken({ ...config.pkcs11, pin: await readPin(TOKEN_PIN) });
  try {
    const store = await openStore(config.database);
    try {
      const keys = await openServiceKeys(token);
      const { authentication: roots } = await readTrustedRoots(config.state, log);
      const { id: session, tickets } = await sessionNamed(store, wanted.session);
      // Only cards that the authority has just called good are listed, as when the service exports.
      const authority = new HttpAuthority({ url: config.authority.url });
      await new CardChecks({ store, keys, authority, now: Date.now }).session(session);
      const progress = console.progress('Sealing', tickets);
      const list = await makeVersion(
        { store, keys, roots, now: Date.now },
        { session, gateGroup: wanted.group, kind: wanted.kind, person: null },
        {
          progress: (done) => {
            progress.at(done);
            return Promise.resolve();
          },
        },
      );
      progress.end();
      await writeWholeFile(wanted.out, fileOf(store, list));
      tell(await versionOf(store, list), wanted, console);
    } finally {
      await store.close();
    }
  } finally {
    token.close();
    flush();
  }
}

async function sessionNamed({ db }: Store, name: string): Promise<{ id: string; tickets: number }> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .select(['sessions.id'])
    .select((eb) =>
      eb
        .selectFrom('tickets')
        .select(({ fn }) => fn.countAll().as('count'))
        .whereRef('tickets.session_id', '=', 'sessions.id')
        .where('tickets.state', '=', 'valid')
        .as('tickets'),
    )
    .where(sql`events.name || '/' || sessions.name`, '=', name)
    .executeTakeFirst();
  if (row !== undefined) return { id: row.id, tickets: Number(row.tickets) };
  throw new ListsError(
    'no-such-session',
    'There is no such session; name it EVENT/SESSION, as its packs and journals do.',
  );
}

function versionOf({ db }: Store, list: string): Promise<VersionRow> {
  return db.selectFrom('entry_lists').selectAll().where('id', '=', list).executeTakeFirstOrThrow();
}

function tell(
  { version, kind, base, entries, bytes, digest }: VersionRow,
  { session, group, out }: StoreExport,
  console: Console,
): void {
  console.result(
    { session, gateGroup: group, version, kind, base, entries, file: out, bytes, digest },
    kind === 'full'
      ? `Packed ${session}, version ${version}, for the gates of ${group}: ${out}.`
      : `Wrote what changed in ${session} from version ${base ?? 0} to ${version}, for the gates of ${group}: ${out}.`,
  );
}
