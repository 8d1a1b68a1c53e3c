import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import { p256PublicKey } from '../../hsm/seal/p256-signature.ts';
import { recordAct } from '../audit/record-act.ts';
import { readSpokenCode } from '../codes/spoken-code.ts';
import { readEnrolment, type Enrolment, type EnrolmentAnswer } from '../gate-api/enrolment.ts';
import { newId } from '../store/new-id.ts';
import type { Store, Work } from '../store/store.ts';
import { codeLength, hashOfCode, nameTaken } from './enrolment-codes.ts';
import { keyColumns, type GateRow, type Placing } from './gate.ts';
import { GatesError } from './gates-error.ts';

/**
 * Enrols the gate that brings a one-time code. The same gate with the same code again, because the answer
 * was lost on its way, is told the same.
 *
 * @example
 * const gate = await enrolByCode(store, readEnrolment(body), now());
 * return answerTo(gate, [keys.listSigner.publicKey]);
 */
export async function enrolByCode(store: Store, enrolment: Enrolment, now: number): Promise<GateRow> {
  const code = readSpokenCode(enrolment.code ?? '', codeLength);
  if (code === undefined) throw wrongCode();
  return store.transaction(async (tables) => {
    const query = tables.selectFrom('gate_codes').selectAll().where('code_hash', '=', hashOfCode(code));
    const expected = await (store.kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
    if (expected === undefined) throw wrongCode();
    if (expected.gate_id !== null) return cameBefore(tables, expected.gate_id, enrolment);
    if (expected.expires_at <= now) {
      throw new GatesError('code-expired', 'The code has expired; have the organiser make a new one.');
    }
    if (expected.gate !== enrolment.gate) {
      throw new GatesError(
        'other-gate',
        'The code is for a gate of another name; give this gate that name in its configuration, or ask for a code of its own.',
      );
    }
    const placing = { gateGroup: expected.gate_group, door: expected.door, direction: expected.direction };
    const gate = await addGate(tables, store.kind, expected.organisation_id, enrolment, placing, now);
    await tables.updateTable('gate_codes').set({ gate_id: gate.id }).where('id', '=', expected.id).execute();
    await recordEnrolment(tables, gate, null, now);
    return gate;
  });
}

/** A request that came as a file, and what a person says of it. */
export interface EnrolmentFile {
  readonly organisation: string;
  readonly person: string | null;
  /** The file's text. */
  readonly request: string;
  /** The fingerprint that the gate shows, as the person read it off there: the request alone proves nothing of where it is from. */
  readonly fingerprint: string;
  readonly placing: Placing;
}

/** Enrols a gate without a network by its request file, for a person who compared its fingerprint. */
export async function enrolByFile(store: Store, file: EnrolmentFile, now: number): Promise<GateRow> {
  const enrolment = readEnrolment(file.request);
  if (file.fingerprint.toLowerCase().replaceAll(/[\s:-]/g, '') !== signingKeyId(enrolment.identityKey)) {
    throw new GatesError(
      'other-fingerprint',
      'The fingerprint is not that of the key in the request; read it off the gate again, and see that nobody changed the file.',
    );
  }
  return store.transaction(async (tables) => {
    const gate = await addGate(tables, store.kind, file.organisation, enrolment, file.placing, now);
    await recordEnrolment(tables, gate, file.person, now);
    return gate;
  });
}

/** What an enrolled gate is told; over HTTP, or as a file. */
export function answerTo(gate: GateRow, listKeys: readonly Uint8Array[]): EnrolmentAnswer {
  return {
    gate: gate.name,
    gateGroup: gate.gate_group,
    door: gate.door,
    direction: gate.direction,
    fingerprint: gate.fingerprint,
    listKeys: listKeys.map((point) =>
      p256PublicKey(point).export({ type: 'spki', format: 'pem' }).toString(),
    ),
  };
}

async function addGate(
  tables: Work,
  kind: Store['kind'],
  organisation: string,
  enrolment: Enrolment,
  placing: Placing,
  now: number,
): Promise<GateRow> {
  const keys = keyColumns(enrolment);
  // One gate of an organisation after the other: two of one name find each other here.
  const owner = tables.selectFrom('organisations').select('id').where('id', '=', organisation);
  await (kind === 'postgres' ? owner.forUpdate() : owner).execute();
  const known = await tables
    .selectFrom('gates')
    .select(['name', 'fingerprint'])
    .where((or) =>
      or.or([
        or('fingerprint', '=', keys.fingerprint),
        or.and([or('organisation_id', '=', organisation), or('name', '=', enrolment.gate)]),
      ]),
    )
    .execute();
  if (known.some(({ fingerprint }) => fingerprint === keys.fingerprint)) {
    throw new GatesError(
      'key-taken',
      'A gate with this identity key is, or was, enrolled already; make this gate keys of its own.',
    );
  }
  if (known.length > 0) throw nameTaken(enrolment.gate);
  return tables
    .insertInto('gates')
    .values({
      id: newId(now),
      organisation_id: organisation,
      name: enrolment.gate,
      gate_group: placing.gateGroup,
      door: placing.door,
      direction: placing.direction,
      ...keys,
      state: 'enrolled',
      enrolled_at: now,
      revision: 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function cameBefore(tables: Work, id: string, { identityKey }: Enrolment): Promise<GateRow> {
  const gate = await tables.selectFrom('gates').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (Buffer.compare(gate.identity_key, identityKey) !== 0) throw wrongCode();
  if (gate.state === 'revoked') throw revoked();
  return gate;
}

async function recordEnrolment(
  tables: Work,
  gate: GateRow,
  person: string | null,
  now: number,
): Promise<void> {
  const { organisation_id: organisation, id, name, fingerprint } = gate;
  const detail = { gate: name, fingerprint };
  await recordAct(tables, { organisation, person, act: 'gates.enrol', subject: id, detail }, now);
}

export function revoked(): GatesError {
  return new GatesError(
    'revoked',
    'This gate was revoked; ask the organiser. Nothing is given to it any more.',
  );
}

function wrongCode(): GatesError {
  return new GatesError(
    'wrong-code',
    'The code is wrong, or was used; type it again, or have the organiser make a new one.',
  );
}
