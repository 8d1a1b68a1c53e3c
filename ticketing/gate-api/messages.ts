import { z } from 'zod';

/**
 * What a gate and the ticketing service say to each other, one schema for both. Every request is signed
 * with the gate's identity key (hsm/http-signature); the enrolment with the key that it brings.
 */
export const gatePaths = {
  /** POST an `enrolmentRequest`: 201 and an `enrolmentAnswer`. */
  enrolment: '/api/gates/enrolment',
  /** GET: `offeredPacks`. GET with `/` and a digest: the file, application/octet-stream. */
  packs: '/api/gates/packs',
  /** POST the file of `journal export`, application/octet-stream: a `journalAnswer`. */
  journal: '/api/gates/journal',
} as const;

/** The name under which the service's list-signing key countersigns a gate's checkpoints. */
export const countersignerName = 'kazasu/ticketing';

/** More than a pack of a million entries with pinned keys. */
export const mostPackBytes = 512 * 1024 * 1024;

const version = z.int().min(1);
const file = {
  event: z.string().min(1).max(256),
  session: z.string().min(1).max(256),
  gateGroup: z.string().min(1).max(256),
  version,
  bytes: z.int().min(1).max(mostPackBytes),
  /** SHA-256 of the file, in hexadecimal: the name by which to fetch it. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  issuedAt: z.iso.datetime(),
};

/** A file that the service has for a gate: a whole pack, or the change from one version to the next. */
export const offeredPack = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('full'), ...file }),
  z.strictObject({ kind: z.literal('delta'), base: version, ...file }),
]);
export type OfferedPack = z.output<typeof offeredPack>;

export const offeredPacks = z.strictObject({ packs: z.array(offeredPack).max(5000) });

/** What the service found in a journal, and the checkpoints that it signed as well. */
export const journalAnswer = z.strictObject({
  findings: z
    .array(
      z.strictObject({
        code: z.string().max(64),
        epoch: z.int().min(0),
        number: z.exactOptional(z.int().min(0)),
        sentence: z.string().max(1000),
      }),
    )
    .max(10_000),
  /** For each log its newest checkpoint that holds: the gate's signed note with the service's line added. */
  countersigned: z.array(z.string().max(8192)).max(10_000),
});
export type JournalAnswer = z.output<typeof journalAnswer>;
