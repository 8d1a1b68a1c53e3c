import { readFileSync } from 'node:fs';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { CardError } from './card-error.ts';
import { cardProfileSchema, type CardProfile, type Part, type Source } from './profile-schema.ts';

export type {
  CardFile,
  CardKind,
  CardProfile,
  KeyName,
  PinRule,
  SignatureScheme,
  SigningKey,
} from './profile-schema.ts';

/** The profiles that ship with Kazasu. */
const SHIPPED = ['jpki-rsa', 'eac-rsa', 'eac-p384'];

/**
 * Reads a card profile: one that ships, by its name, or a file of one's own, by its path. A profile says
 * all that is not public, or may change, about how a card is spoken to.
 *
 * @example
 * const profile = loadCardProfile('jpki-rsa');
 */
export function loadCardProfile(nameOrPath: string): CardProfile {
  return parseCardProfile(readProfile(nameOrPath), nameOrPath);
}

function readProfile(nameOrPath: string): string {
  const shipped = SHIPPED.includes(nameOrPath);
  try {
    return readFileSync(
      shipped ? new URL(`./profiles/${nameOrPath}.json`, import.meta.url) : nameOrPath,
      'utf8',
    );
  } catch (cause) {
    throw new CardError(
      'wrong-profile',
      `The card profile ${nameOrPath} cannot be read. Name one of ${SHIPPED.join(', ')}, or a file.`,
      { cause },
    );
  }
}

/** Checks a profile's text; every wrong field is named with its path in one message. */
export function parseCardProfile(text: string, name: string): CardProfile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CardError('wrong-profile', `The card profile ${name} is not JSON.`, { cause });
  }
  const checked = cardProfileSchema.safeParse(json);
  if (!checked.success) throw wrongProfile(name, wrongFields(checked.error));
  const misplaced = misplacedSources(checked.data);
  if (misplaced.length > 0) throw wrongProfile(name, misplaced.join('\n'));
  return checked.data;
}

/** A value can only be asked for where it is known: this finds where a profile asks for it elsewhere. */
function misplacedSources(profile: CardProfile): string[] {
  const { terminalAuthentication: terminal, signing, documentSigning } = profile;
  const ofFormat: Record<'jpki' | 'eac', readonly Source[]> = {
    jpki: ['block1', 'block2', 'issuerKeyId', 'subjectKeyId'],
    eac: ['authorityReference', 'holderReference', 'body', 'certificateSignature'],
  };
  const ofCertificate = ofFormat[terminal.certificateFormat];
  const ofLast = ofCertificate.filter((name) => name.endsWith('Id') || name.endsWith('Reference'));
  const path = 'terminalAuthentication';
  const steps = terminal.load.flatMap((entry, index) =>
    'forEachCertificate' in entry
      ? entry.forEachCertificate.map((step, inner) => ({
          at: `${path}.load.${index}.forEachCertificate.${inner}.data`,
          data: step.data,
          allowed: terminal.certificateFormat === 'eac' ? ofCertificate : [],
        }))
      : {
          at: `${path}.load.${index}.data`,
          data: entry.data,
          allowed: terminal.certificateFormat === 'jpki' ? ofCertificate : ofLast,
        },
  );
  const places: { at: string; data: readonly Part[]; allowed: readonly Source[] }[] = [
    ...steps,
    ...terminal.prepare.map(({ data }, index) => ({
      at: `${path}.prepare.${index}.data`,
      data,
      allowed: ofLast,
    })),
    { at: `${path}.proof.signed`, data: terminal.proof.signed, allowed: [...ofLast, 'challenge'] },
    { at: `${path}.proof.data`, data: terminal.proof.data, allowed: [...ofLast, 'challenge', 'proof'] },
    { at: 'signing.byShortId.data', data: signing.byShortId.data, allowed: ['hash'] },
    { at: 'signing.plain.data', data: signing.plain.data, allowed: ['hash'] },
    { at: 'documentSigning.byShortId.data', data: documentSigning.byShortId.data, allowed: ['hash'] },
    { at: 'documentSigning.plain.data', data: documentSigning.plain.data, allowed: ['hash'] },
  ];
  return places.flatMap(({ at, data, allowed }) =>
    sourcesOf(data)
      .filter((name) => !allowed.includes(name))
      .map((name) => `  ${at}: ${name} is not known there`),
  );
}

function sourcesOf(parts: readonly Part[]): Source[] {
  return parts.flatMap((part) => {
    if ('holds' in part) return sourcesOf(part.holds);
    return 'from' in part ? [part.from] : [];
  });
}

function wrongProfile(name: string, faults: string): CardError {
  return new CardError('wrong-profile', `The card profile ${name} is wrong:\n${faults}`);
}
