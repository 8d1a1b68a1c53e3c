import { z } from 'zod';
import type { StorageKey } from '../../../hsm/keys/storage-key.ts';
import type { SignedApplication } from '../service/service-client.ts';
import type { Outcome, Reservation } from '../visit/outcome.ts';

const base64 = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));

const signedSchema = z.strictObject({
  form: base64,
  signature: base64,
  signatureCertificate: base64,
  authenticationCertificate: base64,
});

/** What became of an application that the service, or time, has settled. */
export type Settled = Extract<Outcome, { kind: 'reserved' | 'refused' | 'unclear' }> & {
  readonly number: string;
};

const reservationSchema = z.strictObject({
  application: z.string(),
  seats: z.array(z.string()),
  total: z.number(),
  dueAt: z.string(),
  slip: z.exactOptional(z.strictObject({ number: z.string(), url: z.string() })),
}) satisfies z.ZodType<Reservation>;

const settledSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reserved'), number: z.string(), reservation: reservationSchema }),
  z.strictObject({
    kind: z.literal('refused'),
    number: z.string(),
    refusal: z.strictObject({ code: z.string(), sentence: z.string() }),
  }),
  z.strictObject({ kind: z.literal('unclear'), number: z.string() }),
]) satisfies z.ZodType<Settled>;

/** Seals what was signed: it holds the signature certificate, and with it a name and an address. */
export async function sealApplication(key: StorageKey, application: SignedApplication): Promise<Uint8Array> {
  const { id, ...parts } = application;
  const texts = Object.entries(parts).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  return sealed(key, Object.fromEntries(texts) as object, `${contextOf(id)}/application`);
}

export async function openApplication(
  key: StorageKey,
  id: string,
  bytes: Uint8Array,
): Promise<SignedApplication> {
  return { id, ...signedSchema.parse(await opened(key, bytes, `${contextOf(id)}/application`)) };
}

export function sealSettled(key: StorageKey, id: string, settled: Settled): Promise<Uint8Array> {
  return sealed(key, settled, `${contextOf(id)}/settled`);
}

export async function openSettled(key: StorageKey, id: string, bytes: Uint8Array): Promise<Settled> {
  return settledSchema.parse(await opened(key, bytes, `${contextOf(id)}/settled`));
}

function contextOf(id: string): string {
  return `kiosk/queue/${id}`;
}

async function sealed(key: StorageKey, value: object, context: string): Promise<Uint8Array> {
  const plain = Buffer.from(JSON.stringify(value), 'utf8');
  try {
    return await key.seal(plain, context);
  } finally {
    plain.fill(0);
  }
}

async function opened(key: StorageKey, bytes: Uint8Array, context: string): Promise<unknown> {
  const plain = await key.open(bytes, context);
  try {
    return JSON.parse(Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString('utf8'));
  } finally {
    plain.fill(0);
  }
}
