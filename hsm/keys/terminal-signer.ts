import { ecdsaSignature, rsaSigner } from '../token/sign.ts';
import type { StoredKey } from '../token/stored-key.ts';
import type { Token } from '../token/token.ts';
import { KEY_LABELS } from './labels.ts';
import type { TerminalKeyAlgorithm } from './terminal-key.ts';

/** The signing of one terminal key, as cards ask for it. */
export async function terminalSigner(
  token: Token,
  id: string,
  algorithm: TerminalKeyAlgorithm,
): Promise<(message: Uint8Array) => Promise<Uint8Array>> {
  const key: StoredKey = { kind: 'private', label: KEY_LABELS.terminal, id };
  return algorithm === 'rsa2048'
    ? rsaSigner(token, key)
    : (message) => ecdsaSignature(token, key, 'sha384', message);
}
