import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { TerminalRoot } from '../trust/terminal-root.ts';
import { destroyKey } from '../token/find-key.ts';
import { makeSecretKey } from '../token/make-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import type { Token } from '../token/token.ts';
import { unwrapPrivateKey, wrapPrivateKey } from '../token/wrap.ts';
import { KeyError } from './key-error.ts';
import { KEY_LABELS } from './labels.ts';
import type { Recipient } from './recipient.ts';
import { requireLive, vouchedFor } from './terminal-key-life.ts';
import { readRegister, recordOf, writeRegister, type TerminalKeyRecord } from './terminal-key-register.ts';
import { algorithmOf } from './terminal-request.ts';
import { terminalSigner } from './terminal-signer.ts';
import { keyFingerprint, openTransportKey } from './transport-key.ts';
import { verifiesWith } from './verifies-with.ts';

const LONGEST = 65_536;

const Shape = z.strictObject({
  format: z.literal('kazasu/shared-terminal-key/v1'),
  gate: z.string().min(1).max(200),
  spki: z.string(),
  certificate: z.base64(),
  recipient: z.base64(),
  hash: z.enum(['sha256', 'sha1']),
  wrappedKek: z.base64(),
  wrappedKey: z.base64(),
});

/** A terminal key on its way to another gate that is to share it. */
export type SharedTerminalKeyFile = z.infer<typeof Shape>;

/**
 * Wraps a terminal key, made to be shared, to another gate's transport key. One key for several gates
 * means that losing one gate loses the key of all: issuing one per gate is the rule, and this the exception.
 */
export async function shareTerminalKey(
  token: Token,
  folder: string,
  id: string,
  recipient: Recipient,
): Promise<SharedTerminalKeyFile> {
  const record = recordOf(await readRegister(folder), id);
  requireLive(record);
  if (!record.shared || record.certificate === undefined)
    throw new KeyError(
      'wrong-state',
      record.shared
        ? 'Install the key’s certificate first: the other gate is to check it.'
        : 'This key was made for one gate and cannot leave the token. Make one with "terminal-key request --shared".',
    );
  await requireMechanisms(token, 'shared-terminal');
  // Serves this once, inside the two tokens, and is gone with the session.
  const kek = await makeSecretKey(token, {
    label: 'kazasu/wrapping',
    use: 'wrap',
    extractable: true,
    temporary: true,
  });
  try {
    const key = { kind: 'private', label: KEY_LABELS.terminal, id: record.id } as const;
    const wrapped = await wrapPrivateKey(token, key, kek, recipient.publicKey, recipient.hashes);
    return {
      format: 'kazasu/shared-terminal-key/v1',
      gate: record.gate,
      spki: record.spki,
      certificate: record.certificate.bytes,
      recipient: base64(keyFingerprint(recipient.publicKey)),
      hash: wrapped.hash,
      wrappedKek: base64(wrapped.wrappedKek),
      wrappedKey: base64(wrapped.wrappedKey),
    };
  } finally {
    await destroyKey(token, kek);
  }
}

/** Takes a shared terminal key into this gate's token, where it cannot leave again. */
export async function receiveTerminalKey(
  token: Token,
  folder: string,
  text: string,
  roots: readonly TerminalRoot[],
  now: Date,
): Promise<TerminalKeyRecord> {
  const file = parse(text);
  const { certificate, profile } = vouchedFor(Buffer.from(file.certificate, 'base64'), roots, now);
  const publicKey = createPublicKey(file.spki);
  const algorithm = algorithmOf(publicKey);
  if (algorithm === undefined || !certificate.publicKey.equals(publicKey))
    throw new KeyError('wrong-key', 'The certificate in the file is not for the key in it.');
  const register = await readRegister(folder);
  if (register.keys.some((key) => key.spki === file.spki && key.destroyedAt === undefined))
    throw new KeyError('key-exists', 'This gate has that terminal key already.');
  const transport = await openTransportKey(token);
  if (base64(transport.fingerprint) !== file.recipient)
    throw new KeyError(
      'wrong-recipient',
      'This key is wrapped for another gate. Share it with this one’s transport key.',
    );
  const key = await unwrapPrivateKey(
    token,
    transport.key,
    { hash: file.hash, wrappedKek: bytes(file.wrappedKek), wrappedKey: bytes(file.wrappedKey) },
    { label: KEY_LABELS.terminal, publicKey },
  );
  const probe = Buffer.from('kazasu/shared-terminal-key/probe', 'latin1');
  const sign = await terminalSigner(token, key.id, algorithm);
  if (!verifiesWith(publicKey, probe, await sign(probe))) {
    await destroyKey(token, key);
    throw new KeyError('wrong-key', 'What was unwrapped is not the key in the file. It was destroyed again.');
  }
  const record: TerminalKeyRecord = {
    id: key.id,
    gate: file.gate,
    algorithm,
    spki: file.spki,
    madeAt: now.toISOString(),
    shared: true,
    certificate: { profile, bytes: file.certificate, installedAt: now.toISOString() },
  };
  await writeRegister(folder, { ...register, keys: [...register.keys, record] });
  return record;
}

function parse(text: string): SharedTerminalKeyFile {
  try {
    if (text.length > LONGEST) throw new RangeError('too long');
    return Shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new KeyError('malformed', 'This is not a shared terminal key.', { cause });
  }
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
