import type { Root } from '../../hsm/certificate/root.ts';
import { cutChanges } from '../bindings/list-changes.ts';
import { EntryListError } from '../entry-list/entry-list-error.ts';
import type { Work } from '../store/store.ts';
import { recordAct } from '../audit/record-act.ts';
import { deltasAfter, keepVersion, newestPack, newestVersion, type VersionRow } from './kept-versions.ts';
import { ListsError } from './lists-error.ts';
import { packFacts, type PackFacts } from './pack-facts.ts';
import { sessionToList } from './session-to-list.ts';
import { writeChanges, writeFull, type VersionWriter } from './write-version.ts';

/** What making versions needs of the service. */
export interface VersionMaker extends VersionWriter {
  /** By which gates check cards without a pinned key. */
  readonly roots: readonly Root[];
  readonly now: () => number;
}

/** `newest` is a delta where one will do, and a whole pack otherwise. */
export type WantedKind = 'newest' | 'full' | 'delta';

export interface WantedVersion {
  readonly session: string;
  readonly gateGroup: string;
  readonly kind: WantedKind;
  /** None where the service makes it by itself. */
  readonly person: string | null;
}

/** Whoever waits for a version. */
export interface Waiting {
  /** Told how many tickets were read so far. */
  readonly progress?: (done: number) => Promise<void>;
  /** Done in the very step in which the version is there. */
  readonly alongside?: (tables: Work, list: string) => Promise<void>;
}

/** A gate that comes anew takes a pack and no more deltas than this. */
const mostDeltas = 100;
const tries = 3;

/**
 * Makes the next version of a gate group's list: reads the store, seals, signs, keeps. Answers its id; that
 * of the newest one where a delta was to be made and nothing has changed.
 *
 * @example
 * const list = await makeVersion({ store, keys, roots, now }, { session, gateGroup: 'main', kind: 'newest', person });
 */
export async function makeVersion(
  maker: VersionMaker,
  wanted: WantedVersion,
  waiting: Waiting = {},
): Promise<string> {
  for (let left = tries; ; left -= 1) {
    try {
      return await tryToMake(maker, wanted, waiting);
    } catch (error) {
      if (left <= 1 || !isOfTheMoment(error)) throw error;
    }
  }
}

async function tryToMake(maker: VersionMaker, wanted: WantedVersion, waiting: Waiting): Promise<string> {
  const { store, roots, now } = maker;
  const { gateGroup, person } = wanted;
  const issuedAt = new Date(now());
  const session = await sessionToList(store, wanted.session);
  if (session.isOver(now())) {
    throw new ListsError('session-over', 'The session is cancelled or over; no gate takes a list of it.');
  }
  const before = await newestVersion(store.db, session.id, gateGroup);
  const facts = await packFacts(store, session, gateGroup, roots);
  const base = await baseFor(maker, wanted, facts, before);
  // The cut numbers the version: what is read from here on has all changes up to it.
  const version = await store.transaction((tables) => cutChanges(tables, session.id));
  const { progress = () => Promise.resolve() } = waiting;
  const toWrite = { session, facts, version, issuedAt, onProgress: progress };
  const written =
    base === undefined
      ? await writeFull(maker, toWrite)
      : await writeChanges(maker, toWrite, {
          version: base.version,
          manifestDigest: base.manifest_digest,
        });
  const { alongside = () => Promise.resolve() } = waiting;
  if (written === undefined && base !== undefined) {
    await store.transaction((tables) => alongside(tables, base.id));
    return base.id;
  }
  if (written === undefined) throw new TypeError('a pack of nothing');
  const kind = base === undefined ? 'full' : 'delta';
  const kept = { session, facts, version, before, kind, issuedAt, madeBy: person, written } as const;
  return keepVersion(store, kept, now(), async (tables, list) => {
    const detail = { session: session.id, gateGroup, version, kind };
    const { organisation } = session;
    await recordAct(tables, { organisation, person, act: 'lists.export', subject: list, detail }, now());
    await alongside(tables, list);
  });
}

/** What a delta would lead on from; nothing where a whole pack is to be made. */
async function baseFor(
  { store }: VersionMaker,
  { session, gateGroup, kind }: WantedVersion,
  facts: PackFacts,
  before: VersionRow | undefined,
): Promise<VersionRow | undefined> {
  if (kind === 'full') return undefined;
  const pack = await newestPack(store, session, gateGroup);
  const fits = pack?.contents_digest.equals(facts.digest) === true;
  if (kind === 'delta' && !fits) {
    throw new ListsError(
      'no-base',
      'A delta does not do: the group has no pack yet, or its gates, the session’s rules or the roots have changed since; export a whole pack.',
    );
  }
  if (!fits) return undefined;
  const deltas = await deltasAfter(store, pack);
  return kind === 'newest' && deltas.length >= mostDeltas ? undefined : before;
}

/** Another export was quicker, or a card moved from one ticket to another while both were read. */
function isOfTheMoment(error: unknown): boolean {
  return (
    (error instanceof ListsError && error.code === 'overtaken') ||
    (error instanceof EntryListError && error.code === 'cannot-write')
  );
}
