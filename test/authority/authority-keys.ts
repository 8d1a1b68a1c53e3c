// The keys an authority starts with: made once, in parallel, then read back from its folder.
import type { KeyObject } from 'node:crypto';
import { certificateAuthority, type CertificateAuthority } from './certificate-authority.ts';
import {
  algorithmOf,
  generations,
  purposes,
  validityOf,
  type Algorithm,
  type Generation,
  type Purpose,
} from './generations.ts';
import { makeKey } from './key-pool.ts';
import type { LedgerFolder } from './ledger.ts';
import type { TerminalKeys } from './terminal-issuer.ts';

export interface AuthorityKeys {
  readonly authorities: readonly CertificateAuthority[];
  readonly terminals: readonly TerminalKeys[];
  /** Signs OCSP answers for a CA where the CA does not itself. */
  readonly responder: KeyObject;
}

export async function makeAuthorityKeys(folder: LedgerFolder, now: Date): Promise<AuthorityKeys> {
  const key = async (name: string, algorithm: Algorithm): Promise<KeyObject> =>
    folder.key(name) ?? folder.keepKey(name, await makeKey(algorithm));
  const root = async (
    purpose: Purpose,
    generation: Generation | 'stranger',
  ): Promise<CertificateAuthority> => {
    const like = generation === 'stranger' ? 2023 : generation;
    const name = `${purpose}-${generation}`;
    const kept = folder.root(name);
    const ca = certificateAuthority(
      purpose,
      generation,
      await key(name, algorithmOf(like)),
      validityOf(like, now),
      kept,
    );
    if (kept === undefined) folder.keepRoot(name, ca.certificate);
    return ca;
  };
  const [authorities, terminals, responder] = await Promise.all([
    Promise.all(
      purposes.flatMap((purpose) =>
        [...generations, 'stranger' as const].map((generation) => root(purpose, generation)),
      ),
    ),
    Promise.all(
      (['jpki-rsa', 'eac-rsa', 'eac-p384'] as const).map(async (profile) => {
        const algorithm = profile === 'eac-p384' ? 'p384' : 'rsa2048';
        return {
          profile,
          root: await key(`terminal-${profile}`, algorithm),
          verifier: profile === 'jpki-rsa' ? undefined : await key(`verifier-${profile}`, algorithm),
        };
      }),
    ),
    key('ocsp-responder', 'rsa2048'),
  ]);
  return { authorities, terminals, responder };
}
