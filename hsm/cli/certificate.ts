import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCertificateFile } from '../certificate/certificate-file.ts';
import { checkCertificate } from '../certificate/check-certificate.ts';
import { type Certificate, parseCertificate } from '../certificate/certificate.ts';
import { type Purpose, purposes } from '../certificate/purpose.ts';
import { CertificateError } from '../certificate/refusal.ts';
import { importRoot } from '../certificate/root.ts';
import { consoleOf } from '../program/program.ts';
import { readSmallFile } from '../trust/trust-folder.ts';
import { FileLists } from './file-lists.ts';

interface CheckOptions {
  readonly purpose: Purpose;
  readonly at?: Date;
  readonly showSerial?: boolean;
}

interface Answer {
  readonly verdict: 'accepted' | 'refused';
  readonly code: string | null;
  readonly reason: string | null;
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
    .addOption(
      new Option('--at <time>', 'the moment to check for, as 2026-11-21T09:00:00Z').argParser(readTime),
    )
    .option('--show-serial', 'show the serial number, which only those may see who are entitled to')
    .action(async (file: string | undefined, options: CheckOptions, command: Command) => {
      const path = lists.take(file, command);
      const roots = [];
      for (const each of lists.of('root')) roots.push(importRoot(await readSmallFile(each)));
      const der = readCertificateFile(await readSmallFile(path));
      const answer = answerFor(der, { ...options, roots });
      const shown = { ...answer, ...described(readable(der), options.showSerial === true) };
      consoleOf(command).result(shown, answer.reason ?? 'accepted');
      if (answer.verdict === 'refused') process.exitCode = 1;
    });
}

function answerFor(
  der: Uint8Array,
  options: CheckOptions & { roots: ReturnType<typeof importRoot>[] },
): Answer {
  const { purpose, roots, at = new Date() } = options;
  const checked = checkCertificate(der, { purpose, roots, at });
  if (checked.verdict === 'accepted') return { verdict: 'accepted', code: null, reason: null };
  return checked;
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

function described(certificate: Certificate | undefined, showSerial: boolean): object {
  const serial = certificate?.serial;
  return {
    serialBytes: serial?.length ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    ...(showSerial ? { serial: serial === undefined ? null : Buffer.from(serial).toString('hex') } : {}),
  };
}

function readTime(text: string): Date {
  const at = new Date(text);
  const complete = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!complete || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError('Give a date and time with its zone, as 2026-11-21T09:00:00Z.');
  }
  return at;
}
