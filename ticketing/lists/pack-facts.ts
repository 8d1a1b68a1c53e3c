import { createHash } from 'node:crypto';
import type { Root } from '../../hsm/certificate/root.ts';
import type { Recipient } from '../../hsm/keys/recipient.ts';
import { keyFingerprint } from '../../hsm/keys/transport-key.ts';
import { recipientOf } from '../gates/gate.ts';
import type { Store } from '../store/store.ts';
import { ListsError } from './lists-error.ts';
import type { SessionToList } from './session-to-list.ts';

/** What a pack of a gate group holds beside its list, but for the wrapped keys, which are new each time. */
export interface PackFacts {
  readonly gateGroup: string;
  /** The gates that are to open it. */
  readonly gates: readonly string[];
  /** Their transport keys, each once, by its fingerprint in hexadecimal. */
  readonly recipients: ReadonlyMap<string, Recipient>;
  readonly roots: readonly Uint8Array[];
  /** Names all of it: where it differs from the pack that gates have, a delta does not do. */
  readonly digest: Buffer;
}

/** Reads what the next pack of a gate group would hold. */
export async function packFacts(
  { db }: Pick<Store, 'db'>,
  session: SessionToList,
  gateGroup: string,
  trusted: readonly Root[],
): Promise<PackFacts> {
  const gates = await db
    .selectFrom('gates')
    .selectAll()
    .where('organisation_id', '=', session.organisation)
    .where('gate_group', '=', gateGroup)
    .where('state', '=', 'enrolled')
    .orderBy('id')
    .execute();
  if (gates.length === 0) {
    throw new ListsError(
      'no-gates',
      `No gate of the group ${gateGroup} is enrolled, so nobody could open its list; enrol one first.`,
    );
  }
  const recipients = new Map(
    gates.map((gate) => {
      const recipient = recipientOf(gate);
      return [Buffer.from(keyFingerprint(recipient.publicKey)).toString('hex'), recipient];
    }),
  );
  const roots = trusted.map(({ certificate }) => certificate.der);
  const { said, validFrom, validUntil } = session;
  const named = [
    { ...said, validFrom, validUntil },
    [...recipients.keys()].sort(),
    roots.map((der) => createHash('sha256').update(der).digest('hex')).sort(),
  ];
  const digest = createHash('sha256').update(JSON.stringify(named)).digest();
  return { gateGroup, gates: gates.map(({ id }) => id), recipients, roots, digest };
}
