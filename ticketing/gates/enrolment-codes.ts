import { createHash } from 'node:crypto';
import { recordAct } from '../audit/record-act.ts';
import { newSpokenCode } from '../codes/spoken-code.ts';
import { newId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import type { Placing } from './gate.ts';
import { GatesError } from './gates-error.ts';

const day = 86_400_000;
/** 75 random bits and a check sign. */
export const codeLength = 16;

/** A gate that is expected. */
export interface ExpectedGate extends Placing {
  readonly organisation: string;
  /** The name that its configuration has. */
  readonly gate: string;
  /** Who lets it in. */
  readonly person: string | null;
  /** How long the code is good; a day where left out. */
  readonly validMs?: number;
}

/** A code as it is shown, this once: only its hash is kept. */
export interface NewCode {
  readonly id: string;
  readonly code: string;
  readonly expiresAt: number;
}

/** A code that still waits for its gate. */
export interface WaitingCode extends Placing {
  readonly id: string;
  readonly gate: string;
  readonly madeAt: number;
  readonly expiresAt: number;
}

/**
 * Makes the one-time code with which a gate enrols itself.
 *
 * @example
 * const { code } = await newEnrolmentCode(store, { organisation, gate: 'north-1', gateGroup: 'main', door: 'north', direction: 'in', person }, now());
 */
export async function newEnrolmentCode(store: Store, expected: ExpectedGate, now: number): Promise<NewCode> {
  const code = newSpokenCode(codeLength);
  const [id, expiresAt] = [newId(now), now + (expected.validMs ?? day)];
  const { organisation, person, gate } = expected;
  await store.transaction(async (tables) => {
    const taken = await tables
      .selectFrom('gates')
      .select('id')
      .where('organisation_id', '=', organisation)
      .where('name', '=', gate)
      .executeTakeFirst();
    if (taken !== undefined) throw nameTaken(gate);
    await tables
      .insertInto('gate_codes')
      .values({
        id,
        organisation_id: organisation,
        code_hash: hashOfCode(code),
        gate,
        gate_group: expected.gateGroup,
        door: expected.door,
        direction: expected.direction,
        made_at: now,
        expires_at: expiresAt,
      })
      .execute();
    await recordAct(
      tables,
      { organisation, person, act: 'gates.expect', subject: id, detail: { gate } },
      now,
    );
  });
  return { id, code, expiresAt };
}

/** The codes of an organisation that a gate may still come by. */
export async function waitingCodes(store: Store, organisation: string, now: number): Promise<WaitingCode[]> {
  const rows = await store.db
    .selectFrom('gate_codes')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('gate_id', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    gate: row.gate,
    gateGroup: row.gate_group,
    door: row.door,
    direction: row.direction,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
  }));
}

/** Takes a code back before its gate came. */
export async function withdrawCode(
  store: Store,
  {
    organisation,
    id,
    person,
  }: { readonly organisation: string; readonly id: string; readonly person: string | null },
  now: number,
): Promise<void> {
  await store.transaction(async (tables) => {
    const { numDeletedRows } = await tables
      .deleteFrom('gate_codes')
      .where('id', '=', id)
      .where('organisation_id', '=', organisation)
      .where('gate_id', 'is', null)
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n)
      throw new GatesError('no-such-code', 'No such code waits for a gate; see the list of those that do.');
    await recordAct(tables, { organisation, person, act: 'gates.withdraw-code', subject: id }, now);
  });
}

export function hashOfCode(code: string): Buffer {
  return createHash('sha256').update(`kazasu/gate-code/v1\0${code}`).digest();
}

export function nameTaken(gate: string): GatesError {
  return new GatesError(
    'name-taken',
    `A gate named ${gate} is, or was, enrolled already; journals are told apart by the name: give this gate another name and a state folder of its own.`,
  );
}
