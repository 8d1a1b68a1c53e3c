import { SealError } from '../../hsm/seal/seal-error.ts';
import { claimedCheckpoint, openCheckpoint } from './checkpoint.ts';
import type { Finding } from './finding.ts';
import type { ReadLog } from './read-log.ts';
import type { VerifyOptions } from './verify.ts';

/** Somebody's word that the first `size` entries of a log have this root. */
export interface Claim {
  readonly size: number;
  readonly root: Uint8Array;
  readonly by: 'signed' | 'seen-before' | 'entry';
}

/** What the checkpoints of a log claim, as far as they are signed by the gate, and what is wrong with others. */
export function signedClaims(
  log: ReadLog,
  { keys, countersigners }: VerifyOptions,
): { readonly claims: Claim[]; readonly findings: Finding[] } {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  for (const note of log.notes) {
    try {
      const { gate, epoch, size, root } =
        keys === undefined ? claimedCheckpoint(note) : openCheckpoint(note, keys, countersigners).checkpoint;
      if (gate === log.gate && epoch === log.epoch) claims.push({ size, root, by: 'signed' });
      else findings.push(unbelieved('bad-signature', log.epoch, 'is of another log'));
    } catch (error) {
      const isUnknown = error instanceof SealError && error.code === 'unknown-key';
      findings.push(
        isUnknown
          ? unbelieved('unknown-key', log.epoch, 'is not signed by a key of this gate')
          : unbelieved('bad-signature', log.epoch, 'has a signature that does not hold'),
      );
    }
  }
  return { claims, findings };
}

function unbelieved(code: Finding['code'], epoch: number, why: string): Finding {
  return { code, epoch, sentence: `A checkpoint of log ${epoch} ${why}; it proves nothing.` };
}
