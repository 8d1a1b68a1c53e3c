import { recordAct } from '../audit/record-act.ts';
import type { Store, Work } from '../store/store.ts';
import { gateOf, type Gate, type GateRow, type Placing } from './gate.ts';
import { GatesError } from './gates-error.ts';

/** Which gate, and who asks for the change. */
export interface GateChange {
  readonly organisation: string;
  readonly id: string;
  readonly person: string | null;
  /** As it was read; where left out, whatever it is by now. */
  readonly revision?: number;
}

/** The gates of an organisation by name, from after that of a page's last on. */
export async function listGates(
  store: Store,
  organisation: string,
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<Gate[]> {
  const rows = await store.db
    .selectFrom('gates')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('name', '>', after)
    .orderBy('name')
    .limit(limit)
    .execute();
  return rows.map(gateOf);
}

export async function findGate(store: Store, organisation: string, id: string): Promise<Gate> {
  const row = await store.db
    .selectFrom('gates')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw noSuchGate();
  return gateOf(row);
}

/** Puts a gate into another group, or at another door. Its next pack is that group's. */
export function placeGate(store: Store, change: GateChange & Placing, now: number): Promise<Gate> {
  const { gateGroup, door, direction } = change;
  return changeGate(store, change, now, 'gates.place', { gate_group: gateGroup, door, direction });
}

/**
 * Revokes a gate for ever: its key fetches and hands over nothing more, and packs made from now on carry no
 * event key for it. What it has already taken, it has: make a new pack for the others.
 */
export function revokeGate(store: Store, change: GateChange, now: number): Promise<Gate> {
  return changeGate(store, change, now, 'gates.revoke', { state: 'revoked', revoked_at: now });
}

async function changeGate(
  store: Store,
  { organisation, id, person, revision }: GateChange,
  now: number,
  act: string,
  columns: Partial<GateRow>,
): Promise<Gate> {
  return store.transaction(async (tables) => {
    const row = await lockedGate(tables, store.kind, organisation, id);
    if (revision !== undefined && revision !== row.revision) {
      throw new GatesError(
        'changed-meanwhile',
        'The gate was changed meanwhile; read it again, then change it.',
      );
    }
    if (row.state === 'revoked') {
      throw new GatesError('revoked', 'The gate was revoked; enrol a new one in its place.');
    }
    const changed = await tables
      .updateTable('gates')
      .set({ ...columns, revision: row.revision + 1 })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const { name, fingerprint, gate_group: gateGroup, door, direction } = changed;
    const detail = { gate: name, fingerprint, gateGroup, door, direction };
    await recordAct(tables, { organisation, person, act, subject: id, detail }, now);
    return gateOf(changed);
  });
}

async function lockedGate(
  tables: Work,
  kind: Store['kind'],
  organisation: string,
  id: string,
): Promise<GateRow> {
  const query = tables
    .selectFrom('gates')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('id', '=', id);
  const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw noSuchGate();
  return row;
}

function noSuchGate(): GatesError {
  return new GatesError('no-such-gate', 'There is no such gate; see the list of gates.');
}
