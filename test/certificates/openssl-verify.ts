import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writePem } from '../../hsm/certificate/pem.ts';
import { AT, type CorpusItem, rootsOf } from './corpus.ts';
import { policyOf, writeCertificate } from './describe-certificate.ts';
import type { CorpusKeys } from './keys.ts';

const run = promisify(execFile);

/** What `openssl verify` says of an item, asked as strictly as it can be asked. */
export async function opensslAccepts(
  item: CorpusItem,
  { keys, folder, index }: { keys: CorpusKeys; folder: string; index: number },
): Promise<boolean> {
  const purpose = item.purpose ?? 'authentication';
  const roots = rootsOf(item, keys).map((root) => writePem(writeCertificate(root), 'CERTIFICATE'));
  const [trusted, certificate] = [join(folder, `${index}.roots.pem`), join(folder, `${index}.der`)];
  await writeFile(trusted, roots.join(''));
  await writeFile(certificate, writeCertificate(item.certificate));
  const at = Math.floor(Date.parse(item.at ?? AT) / 1000);
  const trust = roots.length === 0 ? ['-no-CAfile'] : ['-CAfile', trusted];
  const use = purpose === 'authentication' ? ['-purpose', 'sslclient'] : [];
  const policy = ['-policy_check', '-explicit_policy', '-policy', policyOf[purpose]];
  const strict = ['-x509_strict', '-check_ss_sig', '-no-CApath', '-no-CAstore', '-attime', `${at}`];
  try {
    await run('openssl', ['verify', ...strict, ...trust, ...use, ...policy, certificate]);
    return true;
  } catch (error) {
    // Exit status 1 or 2 with a message is a refusal; anything else is a broken test.
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return false;
    throw error;
  }
}
