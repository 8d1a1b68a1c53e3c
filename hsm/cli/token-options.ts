import { existsSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { readPin, TOKEN_PIN, type PinSources } from '../token/pin.ts';
import { TokenError } from '../token/token-error.ts';
import { openToken, type Token } from '../token/token.ts';

/** Where Debian and others put SoftHSM. */
const SOFTHSM = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
];

export interface TokenSelection {
  readonly module?: string;
  readonly token: string;
  readonly parameters?: string;
  readonly pinFd?: number;
  readonly pinFile?: string;
}

/** The options that say which token. */
export function withTokenOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--module <path>', 'PKCS#11 library of the HSM’s maker; SoftHSM where none is named').env(
        'KAZASU_PKCS11_MODULE',
      ),
    )
    .addOption(
      new Option('--token <label>', 'label of the token').env('KAZASU_PKCS11_TOKEN').default('kazasu'),
    )
    .addOption(
      new Option('--parameters <text>', 'library parameters, for modules that want them').env(
        'KAZASU_PKCS11_PARAMETERS',
      ),
    )
    .addOption(
      new Option('--pin-fd <number>', 'read the token’s PIN from this open file descriptor').argParser(
        fileDescriptor,
      ),
    )
    .option('--pin-file <file>', 'read the token’s PIN from this file');
}

/** The option that says where what is not secret is kept. */
export function stateOption(): Option {
  return new Option('--state <folder>', 'where this installation keeps its state')
    .env('KAZASU_STATE')
    .default('state');
}

/** Runs `work` on the token that was named, and closes it. */
export async function withToken<T>(
  selection: TokenSelection,
  work: (token: Token) => Promise<T>,
): Promise<T> {
  const token = await openToken({
    module: moduleOf(selection),
    token: selection.token,
    pin: await readPin(pinSources(selection)),
    ...(selection.parameters === undefined ? {} : { parameters: selection.parameters }),
  });
  try {
    return await work(token);
  } finally {
    token.close();
  }
}

export function moduleOf({ module }: TokenSelection): string {
  const found = module ?? SOFTHSM.find((path) => existsSync(path));
  if (found === undefined)
    throw new TokenError(
      'module-unusable',
      'No PKCS#11 module was named and SoftHSM is not installed. Name the module with --module, or install the package softhsm2.',
    );
  return found;
}

export function pinSources({ pinFd, pinFile }: TokenSelection): PinSources {
  return {
    ...TOKEN_PIN,
    ...(pinFd === undefined ? {} : { fd: pinFd }),
    ...(pinFile === undefined ? {} : { file: pinFile }),
  };
}

function fileDescriptor(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Give the number of an open file.');
  return Number(text);
}
