import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialiseToken } from '../../hsm/token/initialise.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { softhsmModule } from '../token/modules.ts';

/** The sandbox's HSMs: SoftHSM tokens in a folder, each with a PIN of its own that nobody chose. */
export interface SandboxTokens {
  readonly module: string;
  /** What another program needs in its environment to find these tokens. */
  readonly environment: Readonly<Record<string, string>>;
  pin(label: string): string;
  open(label: string): Promise<Token>;
}

/**
 * Opens the tokens in a folder, and makes those that are not there yet. SoftHSM finds its folder through
 * the environment of the process, so a process has one such folder at a time.
 */
export function sandboxTokens(folder: string, labels: readonly string[]): SandboxTokens {
  const module = softhsmModule();
  const configuration = join(folder, 'softhsm2.conf');
  const store = join(folder, 'tokens');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  writeFileSync(
    configuration,
    `directories.tokendir = ${store}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const environment = { SOFTHSM2_CONF: configuration };
  Object.assign(process.env, environment);

  const pinFile = (label: string): string => join(folder, `${label}.pin`);
  for (const label of labels.filter((each) => !existsSync(pinFile(each)))) {
    const pin = randomBytes(16).toString('hex');
    initialiseToken({ module, label, securityOfficerPin: randomBytes(16).toString('hex'), pin });
    writeFileSync(pinFile(label), `${pin}\n`, { mode: 0o600 });
  }
  const pin = (label: string): string => readFileSync(pinFile(label), 'utf8').trim();
  return {
    module,
    environment,
    pin,
    open: (label) => openToken({ module, token: label, pin: pin(label) }),
  };
}
