import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Signer } from '../../hsm/keys/signer.ts';
import { keyColumns } from '../../ticketing/gates/gate.ts';
import { newId } from '../../ticketing/store/new-id.ts';
import type { Store } from '../../ticketing/store/store.ts';

/** The gate group that tests enrol gates into. */
export const group = 'main';

/** A gate as enrolment leaves it. */
export async function enrolInStore(
  store: Store,
  { organisation, name }: { readonly organisation: string; readonly name: string },
  signer: Signer,
): Promise<{ readonly id: string; readonly publicKey: KeyObject }> {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const transportKey = { publicKey, hashes: ['sha1'] as const };
  const id = newId();
  await store.db
    .insertInto('gates')
    .values({
      id,
      organisation_id: organisation,
      name,
      gate_group: group,
      door: name,
      direction: 'in',
      ...keyColumns({ gate: name, identityKey: signer.publicKey, transportKey }),
      state: 'enrolled',
      enrolled_at: 0,
      revision: 1,
    })
    .execute();
  return { id, publicKey };
}
