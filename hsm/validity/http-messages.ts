// What goes over the wire to the sandbox's authority and comes back, as schemas.
import { z } from 'zod';
import { reasonNamed } from '../revocation/revocation.ts';
import type { CertificateReference, FoundCertificate, Renewal, Validity } from './validity-authority.ts';

/** A schema that reads a whole answer into one value for each certificate asked about. */
export type Answers<T> = z.ZodType<T[]>;

const moment = z.iso.datetime().transform((text) => new Date(text));
const bytesInHex = z
  .string()
  .max(128)
  .regex(/^([0-9a-f]{2})+$/)
  .transform((text) => new Uint8Array(Buffer.from(text, 'hex')));
const bytesInBase64 = z
  .base64()
  .max(4096)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')));

const found: z.ZodType<FoundCertificate> = z.object({
  issuerKeyId: bytesInHex,
  serial: bytesInHex,
  issuer: bytesInBase64,
  notAfter: moment,
});

const oneValidity = z.discriminatedUnion('state', [
  z.object({ state: z.literal('good') }),
  z.object({ state: z.literal('revoked'), reason: z.string(), since: moment }),
  z.object({ state: z.literal('unknown') }),
]);

export const validityAnswers: Answers<Validity> = z
  .object({ at: moment, answers: z.array(oneValidity) })
  .transform(({ at: asOf, answers }) =>
    answers.map((each): Validity => {
      if (each.state !== 'revoked') return { status: each.state, asOf };
      return { status: 'revoked', reason: reasonNamed(each.reason), at: each.since, asOf };
    }),
  );

export const correspondenceAnswers: Answers<FoundCertificate | undefined> = z
  .object({
    answers: z.array(
      z.discriminatedUnion('state', [
        z.object({ state: z.literal('found'), certificate: found }),
        z.object({ state: z.literal('none') }),
      ]),
    ),
  })
  .transform(({ answers }) => answers.map((each) => (each.state === 'found' ? each.certificate : undefined)));

export const renewalAnswers: Answers<Renewal | undefined> = z
  .object({
    answers: z.array(
      z.discriminatedUnion('state', [
        z.object({ state: z.literal('renewed'), since: moment, certificate: found }),
        z.object({ state: z.literal('none') }),
      ]),
    ),
  })
  .transform(({ answers }) =>
    answers.map((each) =>
      each.state === 'renewed' ? { certificate: each.certificate, since: each.since } : undefined,
    ),
  );

/** Certificates as a question names them. */
export function writeReferences(references: readonly CertificateReference[]): object[] {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return references.map(({ issuerKeyId, serial }) => ({
    issuerKeyId: hex(issuerKeyId),
    serial: hex(serial),
  }));
}
