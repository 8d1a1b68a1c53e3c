import { X509Certificate } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { authorityKeyIdentifier } from '../../hsm/certificate/authority-key.ts';
import { parseCertificate } from '../../hsm/certificate/certificate.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { identifyCard, type CardIdentity } from '../card/card-identity.ts';
import { loadCardProfile } from '../card/profile.ts';
import { withNextCard } from '../reader/next-card.ts';
import { watchPcscReaders } from '../reader/pcsc-reader.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import { addCardTimeCommand } from './card-time.ts';

interface ShowOptions {
  readonly reader: string;
  readonly profile: string;
  readonly wait: number;
}

/** Adds `card show` and `card time` to the program. */
export function addCardCommands(program: Command): void {
  const card = program.command('card').description('The card on the reader.');
  addCardTimeCommand(card);
  card
    .command('show')
    .description('Says what kind of card is on the reader; reads it without a PIN, and never its serial.')
    .option('--reader <name>', 'the reader’s name or a part of it; any reader where left out', '')
    .option('--profile <name>', 'the card profile: one that ships, or a file', 'jpki-rsa')
    .option('--wait <seconds>', 'how long to wait for a card', readSeconds, 30)
    .action(async (options: ShowOptions, command: Command) => {
      const console = consoleOf(command);
      const profile = loadCardProfile(options.profile);
      const shown = await withNextCard(
        (listener) => watchPcscReaders({ reader: options.reader }, listener),
        {
          milliseconds: options.wait * 1000,
          onStatus: ({ problem }) => {
            console.note(problem ?? 'Hold a card to the reader.');
          },
        },
        (card) => show(card, (connected) => identifyCard(connected, { profile, left: card.left })),
      );
      console.result(shown, inWords(shown));
    });
}

/** What is shown of a card: nothing that tells whose it is. */
interface ShownCard {
  readonly reader: string;
  readonly kind: CardIdentity['kind'];
  readonly certificates?: CardIdentity['certificates'];
  readonly authentication?: ShownCertificate;
}

interface ShownCertificate {
  readonly issuer: string;
  readonly authorityKeyId: string | null;
  readonly key: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

async function show(
  card: ArrivedCard,
  identify: (connected: Awaited<ReturnType<ArrivedCard['connect']>>) => Promise<CardIdentity>,
): Promise<ShownCard> {
  const connected = await card.connect();
  try {
    const { kind, certificates, certificate } = await identify(connected);
    return {
      reader: card.reader,
      kind,
      ...(certificates === undefined ? {} : { certificates }),
      ...(certificate === undefined ? {} : { authentication: showCertificate(certificate) }),
    };
  } finally {
    await connected.release();
  }
}

function showCertificate(der: Uint8Array): ShownCertificate {
  const certificate = parseCertificate(der);
  const { keyId } = authorityKeyIdentifier(certificate);
  return {
    issuer: printable(new X509Certificate(Buffer.from(der)).issuer),
    authorityKeyId: keyId === undefined ? null : Buffer.from(keyId).toString('hex'),
    key: certificate.keyKind,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
}

/** A name from a card can hold anything; what would move a terminal's cursor is not shown. */
function printable(name: string): string {
  return name.replaceAll('\n', ', ').replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
}

const KIND: Record<CardIdentity['kind'], string> = {
  card: 'My Number Card',
  'old-card': 'old resident card (住基カード)',
  android: 'My Number Card on an Android phone',
  iphone: 'My Number Card on an iPhone',
  unknown: 'a card with the JPKI application whose label is not known',
};

function inWords({ kind, certificates, authentication }: ShownCard): string {
  const lines = [KIND[kind]];
  if (certificates !== undefined) {
    lines.push(`  signature certificate       ${certificates.signature ? 'yes' : 'no'}`);
    lines.push(`  authentication certificate  ${certificates.authentication ? 'yes' : 'no'}`);
  }
  if (authentication !== undefined) {
    const { issuer, authorityKeyId, key, notBefore, notAfter } = authentication;
    lines.push(`  issuer                      ${issuer}`);
    lines.push(`  issuer's key id             ${authorityKeyId ?? 'not named'}`);
    lines.push(`  key                         ${key}`);
    lines.push(`  valid                       ${notBefore} to ${notAfter}`);
  }
  return lines.join('\n');
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600)) throw new InvalidArgumentError('It must be seconds, 3600 at most.');
  return seconds;
}
