import { createPublicKey } from 'node:crypto';
import type { Selectable } from 'kysely';
import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import type { Recipient } from '../../hsm/keys/recipient.ts';
import type { Enrolment, EnrolmentRequest } from '../gate-api/enrolment.ts';
import type { Tables } from '../store/tables.ts';

export type GateRow = Selectable<Tables['gates']>;

/** Where a gate stands: which lists it gets, and as which door its admissions count. */
export interface Placing {
  readonly gateGroup: string;
  readonly door: string;
  readonly direction: 'in' | 'out';
}

/** A gate as people see it: its keys by fingerprint alone. */
export interface Gate extends Placing {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly state: 'enrolled' | 'revoked';
  readonly enrolledAt: number;
  readonly revokedAt?: number;
  readonly seenAt?: number;
  readonly revision: number;
}

/** Of the row, what people see. */
export function gateOf(row: GateRow): Gate {
  return {
    id: row.id,
    name: row.name,
    gateGroup: row.gate_group,
    door: row.door,
    direction: row.direction,
    fingerprint: row.fingerprint,
    state: row.state,
    enrolledAt: row.enrolled_at,
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    ...(row.seen_at === null ? {} : { seenAt: row.seen_at }),
    revision: row.revision,
  };
}

/** The columns that hold the keys of an enrolment. */
export function keyColumns({ identityKey, transportKey }: Enrolment) {
  const oaep = transportKey.hashes.toSorted().toReversed().join(' ') as EnrolmentRequest['oaep'];
  return {
    identity_key: Buffer.from(identityKey),
    fingerprint: signingKeyId(identityKey),
    transport_key: transportKey.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    oaep,
  };
}

/** To whom an event key is wrapped for this gate. */
export function recipientOf({ transport_key, oaep }: Pick<GateRow, 'transport_key' | 'oaep'>): Recipient {
  const hashes = (['sha256', 'sha1'] as const).filter((hash) => oaep.split(' ').includes(hash));
  return { publicKey: createPublicKey(transport_key), hashes };
}
