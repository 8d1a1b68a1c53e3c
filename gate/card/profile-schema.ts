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

/** How a private key of the card signs. */
const signingKey = z.strictObject({
  /** The hash and padding by which the card's signature is checked. */
  signature: z.enum(['rsa-pkcs1-v1_5-sha256', 'ecdsa-plain-sha384']),
  /** How many bytes the card answers. */
  length: z.int().min(64).max(512),
  keyFile: bytes(2),
  /** Names the key by its short id. */
  byShortId: z.strictObject({ header: bytes(4), data: parts }),
  /** Uses the key file selected before. */
  plain: z.strictObject({ header: bytes(4), data: parts }),
});

/** What is known of a PIN. */
const pin = z
  .strictObject({
    file: bytes(2),
    /** VERIFY; without data it says how many tries are left. First by short id, then on the selected file. */
    byShortId: bytes(4),
    plain: bytes(4),
    shortest: z.int().min(1).max(32),
    longest: z.int().min(1).max(32),
    characters: z.enum(['digits', 'upper-case-letters-and-digits']),
  })
  .refine(({ shortest, longest }) => shortest <= longest, 'its shortest must not be longer than its longest');

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
  files: z.strictObject({
    tokenInfo: file,
    certificatesPresent: file,
    certificate: file,
    signatureCertificate: file,
  }),
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
  /** The authentication key. */
  signing: signingKey,
  /** The signature key, which signs documents. */
  documentSigning: signingKey,
  /** The PIN of each of the two keys. */
  pins: z.strictObject({ authentication: pin, signature: pin }),
  statusWords: z.strictObject({
    /** Refused in this form: try the plain one. */
    plainForm: z.array(statusWord),
    /** There is no such file. */
    fileAbsent: z.array(statusWord),
    /** A PIN was wrong, or was asked for: the last digit says how many tries are left. */
    triesLeft: statusWord.refine(
      (word) => (word & 0xf) === 0,
      'must end with 0, in whose place the tries are',
    ),
    /** The PIN can no longer be tried, or was never set. */
    pinBlocked: z.array(statusWord),
  }),
  /** The longest that a command, a tap, and a signature with a PIN may take. */
  milliseconds: z.strictObject({ command: milliseconds, tap: milliseconds, withPin: milliseconds }),
});

export type CardProfile = z.output<typeof cardProfileSchema>;
export type Part = z.output<typeof part>;
export type Step = z.output<typeof step>;
export type Source = z.output<typeof source>;
export type SigningKey = z.output<typeof signingKey>;
export type SignatureScheme = SigningKey['signature'];
export type PinRule = z.output<typeof pin>;
/** One of the two PINs, and of the two keys, that a card has. */
export type KeyName = keyof CardProfile['pins'];
/** A file of the JPKI application. */
export type CardFile = z.output<typeof file>;
export type CardKind = CardProfile['kinds'][string];
