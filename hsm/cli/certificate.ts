import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCertificateFile } from '../certificate/certificate-file.ts';
import { checkCertificate } from '../certificate/check-certificate.ts';
import { type Certificate, parseCertificate } from '../certificate/certificate.ts';
import { type Purpose, purposes } from '../certificate/purpose.ts';
import { CertificateError } from '../certificate/refusal.ts';
import { importRoot, type Root } from '../certificate/root.ts';
import type { Console } from '../program/console.ts';
import { consoleOf } from '../program/program.ts';
import { readSmallFile } from '../trust/trust-folder.ts';
import { checkRevocation } from './check-revocation.ts';
import { FileLists } from './file-lists.ts';

interface CheckOptions {
  readonly purpose: Purpose;
  readonly at?: Date;
  readonly showSerial?: boolean;
}

/** Adds `certificate check` to the program. */
export function addCertificateCommands(program: Command): void {
  const lists = new FileLists();
  program
    .command('certificate')
    .description('Certificates on cards.')
    .command('check')
    .description('Checks a card’s certificate by the same rule as at the door.')
    .argument('[file]', 'the certificate, PEM or DER')
    .addOption(
      new Option('--purpose <purpose>', 'what the certificate is to be good for')
        .choices(purposes)
        .makeOptionMandatory(),
    )
    .addOption(lists.option('--root <file...>', 'the roots that count, PEM or DER').makeOptionMandatory())
    .addOption(lists.option('--crl <file...>', 'revocation lists, one of which must speak for it'))
    .addOption(
      new Option('--at <time>', 'the moment to check for, as 2026-11-21T09:00:00Z').argParser(readTime),
    )
    .option('--show-serial', 'show the serial number, which only those may see who are entitled to')
    .action(async (file: string | undefined, options: CheckOptions, command: Command) => {
      const path = lists.take(file, command);
      const files = { path, roots: lists.of('root'), crls: lists.of('crl') };
      if (!(await isAccepted(files, options, consoleOf(command)))) process.exitCode = 1;
    });
}

interface Files {
  readonly path: string;
  readonly roots: readonly string[];
  readonly crls: readonly string[];
}

/** Checks, and says what came of it. */
async function isAccepted(files: Files, options: CheckOptions, console: Console): Promise<boolean> {
  const { purpose, at = new Date(), showSerial = false } = options;
  const roots: Root[] = [];
  for (const file of files.roots) roots.push(importRoot(await readSmallFile(file)));
  const der = readCertificateFile(await readSmallFile(files.path));
  const checked = checkCertificate(der, { purpose, roots, at });
  const answer =
    checked.verdict === 'accepted' && files.crls.length > 0
      ? await checkRevocation(checked, { files: files.crls, roots, at, console })
      : checked;
  const accepted = answer.verdict === 'accepted';
  const { code = null, reason = null } = accepted ? {} : answer;
  const details = described(readable(der), showSerial);
  const shown = { verdict: answer.verdict, code, reason, ...details };
  console.result(shown, [reason ?? 'Accepted.', ...inWords(details)].join('\n'));
  return accepted;
}

/** The certificate as far as it can be read, whether it counts or not. */
function readable(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof CertificateError) return undefined;
    throw error;
  }
}

interface Details {
  readonly serialBytes: number | null;
  readonly notAfter: string | null;
  readonly serial?: string | null;
}

/** What may be shown of a certificate: its serial to those alone who ask for it. */
function described(certificate: Certificate | undefined, showSerial: boolean): Details {
  const serial = certificate?.serial;
  return {
    serialBytes: serial?.length ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    ...(showSerial ? { serial: serial === undefined ? null : Buffer.from(serial).toString('hex') } : {}),
  };
}

function inWords({ notAfter, serialBytes, serial }: Details): string[] {
  if (notAfter === null || serialBytes === null) return [];
  return [
    `Valid to ${notAfter}, with a serial of ${serialBytes} bytes.`,
    ...(typeof serial === 'string' ? [`Serial: ${serial}`] : []),
  ];
}

function readTime(text: string): Date {
  const at = new Date(text);
  const complete = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!complete || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError('Give a date and time with its zone, as 2026-11-21T09:00:00Z.');
  }
  return at;
}
