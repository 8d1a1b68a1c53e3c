import type { Card } from '../reader/reader.ts';
import type { Timer } from '../reader/timer.ts';
import { CardError } from './card-error.ts';
import { CardFiles, dataOf } from './card-files.ts';
import { CardSession } from './card-session.ts';
import { readCertificateFile } from './certificate-file.ts';
import type { CardFile, CardKind, CardProfile } from './profile.ts';
import { selectApplication } from './select-application.ts';

const LABEL_LENGTH = 32;

/** In EF 0008, for each certificate: it is there. */
const THERE = 0x8f;

/** What anyone can read from a card, without a PIN and without being a terminal. */
export interface CardIdentity {
  /** By the token's label; a label that the profile does not name is `unknown`. */
  readonly kind: CardKind | 'unknown';
  /** Which certificates the card says it has, where it says so. */
  readonly certificates?: { readonly signature: boolean; readonly authentication: boolean };
  /** The authentication certificate, DER, unverified; absent where there is none. */
  readonly certificate?: Uint8Array;
}

/**
 * Tells what kind of card this is. Raises a `CardError`, of which `not-a-my-number-card` is one.
 *
 * @example
 * const { kind } = await identifyCard(card, { profile });
 */
export async function identifyCard(
  card: Card,
  options: { readonly profile: CardProfile; readonly left?: AbortSignal; readonly timer?: Timer },
): Promise<CardIdentity> {
  const { profile } = options;
  const session = new CardSession(card, { ...options, milliseconds: profile.milliseconds });
  const files = new CardFiles(session, profile);
  await selectApplication(session, profile);
  const label = await readWhole(files, profile.files.tokenInfo, 'its token information');
  const certificates = await readPresence(files, profile);
  const certificate = await readCertificate(files, profile);
  return {
    kind: kindOf(label, profile),
    ...(certificates === undefined ? {} : { certificates }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

async function readWhole(files: CardFiles, file: CardFile, what: string): Promise<Uint8Array> {
  return dataOf(await files.read(file, 0, file.longest), what);
}

function kindOf(tokenInfo: Uint8Array, { kinds }: CardProfile): CardKind | 'unknown' {
  const label = Buffer.from(tokenInfo.subarray(0, LABEL_LENGTH)).toString('latin1').trimEnd();
  return new Map(Object.entries(kinds)).get(label) ?? 'unknown';
}

async function readPresence(files: CardFiles, profile: CardProfile): Promise<CardIdentity['certificates']> {
  const file = profile.files.certificatesPresent;
  const { status, data } = await files.read(file, 0, file.longest);
  if (profile.statusWords.fileAbsent.includes(status)) return undefined;
  const [signature, authentication] = dataOf({ status, data }, 'which certificates it has');
  return { signature: signature === THERE, authentication: authentication === THERE };
}

async function readCertificate(files: CardFiles, profile: CardProfile): Promise<Uint8Array | undefined> {
  try {
    return await readCertificateFile(files, profile, 'authentication');
  } catch (error) {
    if (error instanceof CardError && error.code === 'no-certificate') return undefined;
    throw error;
  }
}
