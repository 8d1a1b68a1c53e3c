import { z } from 'zod';

/** Hexadecimal digits, spaces allowed between bytes; given on as bytes. */
const hex = z
  .string()
  .transform((text) => text.replaceAll(' ', ''))
  .refine((digits) => /^([0-9A-Fa-f]{2})*$/.test(digits), 'must be whole bytes in hexadecimal')
  .transform((digits) => new Uint8Array(Buffer.from(digits, 'hex')));

const bytes = (length: number) => hex.refine((value) => value.length === length, `must have ${length} bytes`);

const statusWord = z
  .string()
  .regex(/^[69][0-9A-Fa-f]{3}$/, 'must be a status word: four hexadecimal digits')
  .transform((digits) => Number.parseInt(digits, 16));

const shortId = z.int().min(1).max(30);
const milliseconds = z.int().min(1).max(60_000);

/** What the parts of a command's data can be taken from. */
const source = z.enum([
  /** Of a `jpki` certificate. */
  'block1',
  'block2',
  'issuerKeyId',
  'subjectKeyId',
  /** Of an `eac` certificate: of each in the chain while it is loaded, of the last afterwards. */
  'authorityReference',
  'holderReference',
  'body',
  'certificateSignature',
  /** What the card sent, the terminal key's signature, and the hash of what the card is to sign. */
  'challenge',
  'proof',
  'hash',
]);

const plainPart = z.union([z.strictObject({ hex }), z.strictObject({ from: source })]);

/** A piece of a command's data: literal bytes, a value, or either wrapped in a BER-TLV element. */
const part = z.union([
  plainPart,
  z.strictObject({
    tag: z
      .string()
      .regex(/^([0-9A-Fa-f]{2}){1,3}$/, 'must be a tag of one to three bytes in hexadecimal')
      .transform((digits) => Number.parseInt(digits, 16)),
    holds: z.array(plainPart).min(1).max(8),
  }),
]);

const parts = z.array(part).min(1).max(8);

const step = z.strictObject({ name: z.string().min(1).max(60), header: bytes(4), data: parts });

const file = z.strictObject({ shortId, id: bytes(2), longest: z.int().min(1).max(4096) });

/** A card profile as its file says it. See profiles/ for the three that ship. */
export const cardProfileSchema = z.strictObject({
  format: z.literal('kazasu/card-profile/v1'),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and dashes'),
  /** For people: where its facts come from. */
  about: z.array(z.string().min(1)).min(1),
  /** Paths of this profile whose content is not public and stands in for the real thing. */
  placeholders: z.array(z.string().min(1)),
  application: z.strictObject({
    header: bytes(4),
    id: hex.refine(({ length }) => length >= 5 && length <= 16),
  }),
  files: z.strictObject({ tokenInfo: file, certificatesPresent: file, certificate: file }),
  reading: z.strictObject({
    /** SELECT by file id. */
    selectHeader: bytes(4),
    /** CLA and INS of READ BINARY; P1 P2 are the offset, or 80 + short id and the offset. */
    readHeader: bytes(2),
    /** How many bytes one READ BINARY asks for; over 256 takes the extended form. */
    step: z.int().min(16).max(4096),
  }),
  /** By the token's label in EF 0006. */
  kinds: z.record(z.string().max(32), z.enum(['card', 'old-card', 'android', 'iphone'])),
  terminalAuthentication: z.strictObject({
    certificateFormat: z.enum(['jpki', 'eac']),
    keyAlgorithm: z.enum(['rsa2048', 'p384']),
    /** Loads the terminal certificate, step by step. */
    load: z
      .array(z.union([step, z.strictObject({ forEachCertificate: z.array(step).min(1).max(8) })]))
      .min(1)
      .max(16),
    /** Comes right before the challenge. */
    prepare: z.array(step).max(8),
    challenge: z.strictObject({
      header: bytes(4),
      length: z.int().min(8).max(256),
      /** Whether other commands may come between the challenge and the proof. */
      outlivesCommands: z.boolean(),
    }),
    proof: z.strictObject({
      header: bytes(4),
      data: parts,
      /** What the terminal key signs. */
      signed: parts,
      /** The hash and padding that the terminal key's signature is made with. */
      signature: z.enum(['rsa-pkcs1-v1_5-sha256', 'ecdsa-plain-sha384']),
    }),
  }),
  signing: z.strictObject({
    /** The hash and padding by which the card's signature is checked. */
    signature: z.enum(['rsa-pkcs1-v1_5-sha256', 'ecdsa-plain-sha384']),
    /** How many bytes the card answers. */
    length: z.int().min(64).max(512),
    keyFile: bytes(2),
    /** Names the key by its short id. */
    byShortId: z.strictObject({ header: bytes(4), data: parts }),
    /** Uses the key file selected before. */
    plain: z.strictObject({ header: bytes(4), data: parts }),
  }),
  statusWords: z.strictObject({
    /** Refused in this form: try the plain one. */
    plainForm: z.array(statusWord),
    /** There is no such file. */
    fileAbsent: z.array(statusWord),
  }),
  milliseconds: z.strictObject({ command: milliseconds, tap: milliseconds }),
});

export type CardProfile = z.output<typeof cardProfileSchema>;
export type Part = z.output<typeof part>;
export type Step = z.output<typeof step>;
export type Source = z.output<typeof source>;
export type SignatureScheme = CardProfile['signing']['signature'];
/** A file of the JPKI application. */
export type CardFile = z.output<typeof file>;
export type CardKind = CardProfile['kinds'][string];
