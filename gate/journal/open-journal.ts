import type { Database } from 'better-sqlite3';
import { renameSync } from 'node:fs';
import { guarded, openDatabase } from './database.ts';
import { Derived } from './derived.ts';
import { decodeEntry, type Entry } from '../journal-format/entry.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import type { JournalEvent } from './journal-event.ts';
import { LogStore, type LogEnd } from './log-store.ts';
import { finishMending, mendingName, readEpoch, removeDatabase, salvage, setAside } from './recovery.ts';

/** A database that is sound, and where its last log ends. */
export interface SoundDatabase {
  readonly database: Database;
  readonly store: LogStore;
  readonly derived: Derived;
  readonly end: LogEnd | undefined;
  readonly afterDamage: boolean;
  /** The epoch of the next log: above any that was ever used. */
  readonly nextEpoch: number;
}

/**
 * Opens the database, whatever state a power cut, a full disk or a hand has left it in. A damaged one is
 * kept aside and what can be read of it goes into a fresh one, so that those who have entered stay entered;
 * counts that do not agree with the entries are worked out again.
 */
export function openSound(file: string, now: number, tell: (event: JournalEvent) => void): SoundDatabase {
  const lastKnown = readEpoch(file);
  finishMending(file);
  const sound = tryOpen(file) ?? startAfresh(file, now, tell);
  const { database, store, derived, end } = sound;
  if (derived.disagrees(end?.epoch ?? 0, end?.size ?? 0)) {
    const entries = database.transaction(() => {
      const all = [...readableEntries(store)];
      derived.rebuild(all);
      return all.length;
    })();
    if (!sound.afterDamage) tell({ event: 'journal-counts-rebuilt', entries });
  }
  return { ...sound, nextEpoch: Math.max(lastKnown, end?.epoch ?? 0) + 1 };
}

type Opened = Omit<SoundDatabase, 'nextEpoch'>;

function tryOpen(file: string): Opened | undefined {
  let database: Database | undefined;
  try {
    database = openDatabase(file);
    const sound = database;
    // Damage inside shows when it is read.
    const opened = guarded(() => partsOf(sound, false));
    if (opened.end?.whole !== false) return opened;
    database.close();
  } catch (error) {
    database?.close();
    if (!(error instanceof JournalError) || error.code !== 'damaged') throw error;
  }
  return undefined;
}

/**
 * Builds a fresh database from what can be read of the damaged one, beside it, and only then puts the one
 * in the other's place: a power cut in between leaves something to begin again from.
 */
function startAfresh(file: string, now: number, tell: (event: JournalEvent) => void): Opened {
  const fresh = mendingName(file);
  removeDatabase(fresh);
  const { entries, checkpoints } = salvage(file);
  const building = openDatabase(fresh);
  const { store } = partsOf(building, true);
  building.transaction(() => {
    for (const entry of entries) store.append(entry);
    for (const { epoch, size, note, countersigned } of checkpoints) {
      store.addCheckpoint(epoch, size, note);
      if (countersigned !== null) store.addCountersignature(epoch, size, countersigned);
    }
  })();
  // Closing leaves all of it in the one file that is moved.
  building.close();
  const copy = setAside(file, now);
  renameSync(fresh, file);
  tell({ event: 'journal-damaged', copy, salvaged: entries.length });
  return partsOf(openDatabase(file), true);
}

function partsOf(database: Database, afterDamage: boolean): Opened {
  const store = new LogStore(database);
  return { database, store, derived: new Derived(database), end: store.end(), afterDamage };
}

/** Those entries that are entries and stand where they say; others stay where they are, for `verify` to find. */
function* readableEntries(store: LogStore): Generator<{ epoch: number; entry: Entry }> {
  for (const { epoch, number, bytes } of store.entries()) {
    let entry: Entry;
    try {
      entry = decodeEntry(bytes);
    } catch {
      continue;
    }
    if (entry.number === number) yield { epoch, entry };
  }
}
