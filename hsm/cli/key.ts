import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { consoleOf } from '../program/program.ts';
import { makeSigner, openSigner, type SignerRole } from '../keys/signer-key.ts';
import { makeStorageKey, openStorageKey } from '../keys/storage-keys.ts';
import { encodeRecipient } from '../keys/recipient.ts';
import { describeTransportKey, makeTransportKey } from '../keys/transport-key.ts';
import type { Token } from '../token/token.ts';
import { carryOut, withActOptions, type ActOptions } from './act.ts';
import { fingerprintOf } from './arguments.ts';
import { writeNew } from './files.ts';
import { withToken, withTokenOptions, type TokenSelection } from './token-options.ts';

/** A key of which a token holds one. */
interface SingleKey {
  readonly command: string;
  readonly what: string;
  make(token: Token): Promise<KeyObject | undefined>;
  show(token: Token): Promise<Shown>;
}

/** What can be shown of a key; `file` is for others who need its public half. */
interface Shown {
  readonly publicKey?: KeyObject;
  readonly file?: string;
}

const SINGLE_KEYS: readonly SingleKey[] = [
  signerCommand(
    'gate-identity',
    'gate-identity',
    'The key with which a gate signs its journal and its requests.',
  ),
  {
    command: 'transport-key',
    what: 'The key to which event keys for this gate are wrapped.',
    make: async (token) => (await makeTransportKey(token)).publicKey,
    show: async (token) => {
      const recipient = await describeTransportKey(token);
      return { publicKey: recipient.publicKey, file: encodeRecipient(recipient) };
    },
  },
  signerCommand('list-signing-key', 'list-signing', 'The key that signs entry lists and packs.'),
  {
    command: 'storage-key',
    what: 'The key that seals raw serials in the ticketing database.',
    make: async (token) => {
      await makeStorageKey(token);
      return undefined;
    },
    show: async (token) => {
      await openStorageKey(token);
      return {};
    },
  },
];

/** Adds `make` and `show` for the keys of which a token holds one. */
export function addSingleKeyCommands(program: Command): void {
  for (const key of SINGLE_KEYS) {
    const group = program.command(key.command).description(key.what);
    addMake(group, key);
    addShow(group, key);
  }
}

function addMake(group: Command, key: SingleKey): void {
  withActOptions(withTokenOptions(group.command('make')))
    .description('Makes it in the token, which it cannot leave.')
    .action(async (options: ActOptions & TokenSelection, command: Command) => {
      await carryOut(command, options, {
        act: `${key.command} make`,
        detail: { token: options.token },
        rule: 'nobody',
        plan: [
          `make the ${key.command} in the token "${options.token}"`,
          'try to read it out again, and destroy it if the token gives it',
        ],
        work: () =>
          withToken(options, async (token) => {
            const described = describe(key, await key.make(token));
            return { detail: described.value, result: described };
          }),
        answer: ({ value, text }) => ({ value: { made: key.command, ...value }, text: `Made ${text}` }),
      });
    });
}

function addShow(group: Command, key: SingleKey): void {
  withTokenOptions(group.command('show'))
    .description('Says that it is there; its public half, where it has one.')
    .option('--out <file>', 'write the public half here, for those who need it')
    .action(async (options: TokenSelection & { out?: string }, command: Command) => {
      const { publicKey, file } = await withToken(options, (token) => key.show(token));
      if (options.out !== undefined && file !== undefined)
        await writeNew(options.out, () => Promise.resolve({ text: file, result: undefined }));
      const { value, text } = describe(key, publicKey);
      const spki = publicKey?.export({ type: 'spki', format: 'pem' }) ?? null;
      consoleOf(command).result({ key: key.command, ...value, spki }, `There is ${text}`);
    });
}

function describe(
  key: SingleKey,
  publicKey: KeyObject | undefined,
): { value: { fingerprint?: string }; text: string } {
  if (publicKey === undefined) return { value: {}, text: `the ${key.command}.` };
  const fingerprint = fingerprintOf(publicKey);
  return { value: { fingerprint }, text: `the ${key.command}, SHA-256 ${fingerprint}.` };
}

function signerCommand(command: string, role: SignerRole, what: string): SingleKey {
  return {
    command,
    what,
    make: async (token) => keyOfPoint((await makeSigner(token, role)).publicKey),
    show: async (token) => {
      const publicKey = keyOfPoint((await openSigner(token, role)).publicKey);
      return { publicKey, file: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
    },
  };
}

function keyOfPoint(point: Uint8Array): KeyObject {
  const part = (from: number, to: number): string =>
    Buffer.from(point.subarray(from, to)).toString('base64url');
  return createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33, 65) },
    format: 'jwk',
  });
}
