import { randomBytes, verify } from 'node:crypto';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import { vouchedFor } from '../../hsm/keys/terminal-key-life.ts';
import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { openTransportKey } from '../../hsm/keys/transport-key.ts';
import { p256PublicKey } from '../../hsm/seal/p256-signature.ts';
import {
  encodeTerminalCertificate,
  type TerminalCertificate,
} from '../../hsm/terminal-certificate/terminal-certificate.ts';
import type { Token } from '../../hsm/token/token.ts';
import { TrustStore } from '../../hsm/trust/trust-store.ts';
import { join } from 'node:path';
import { CheckError } from './check-error.ts';

const dsaEncoding = 'ieee-p1363';

/** Whether the gate's own keys are in the token, and work: each signs something, and the answer is verified. */
export async function checkKeys(token: Token): Promise<string> {
  const identity = await openSigner(token, 'gate-identity');
  const message = randomBytes(32);
  const signature = await identity.sign(message);
  const key = p256PublicKey(identity.publicKey);
  if (!verify('sha256', message, { key, dsaEncoding }, signature)) throw noSignature('gate-identity key');
  await openTransportKey(token);
  return 'The gate’s identity key signs, and its transport key is there.';
}

/**
 * Whether a terminal key serves this profile's cards now, works, and has a certificate in date behind which
 * a trusted key of J-LIS stands.
 */
export async function checkTerminalCertificate(
  token: Token,
  state: string,
  profile: string,
  at: Date,
): Promise<string> {
  const key = (await openTerminalKeys(token, state)).active(profile, at);
  const trust = await TrustStore.open(join(state, 'trust'));
  vouchedFor(encodeTerminalCertificate(key.certificate), trust.terminalRoots(), at, profile);
  await checkSigns(key);
  const until = lastDay(key.certificate);
  const ends = until === undefined ? 'it names no end' : `good until ${until.toISOString().slice(0, 10)}`;
  return `A terminal key for ${profile} cards signs; its certificate is trusted, ${ends}.`;
}

async function checkSigns(terminalKey: TerminalKey): Promise<void> {
  const { algorithm, certificate } = terminalKey;
  const message = randomBytes(32);
  const signature = await terminalKey.sign(message);
  const key = certificate.publicKey;
  const holds =
    algorithm === 'p384'
      ? verify('sha384', message, { key, dsaEncoding }, signature)
      : verify('sha256', message, key, signature);
  if (!holds) throw noSignature('terminal key');
}

/** When the first of its certificates ends; today's form carries no dates. */
function lastDay(certificate: TerminalCertificate): Date | undefined {
  if (certificate.format === 'jpki') return undefined;
  return new Date(Math.min(...certificate.chain.map(({ validTo }) => validTo.getTime())));
}

function noSignature(which: string): CheckError {
  return new CheckError(
    'key-does-not-sign',
    `The HSM’s answer is no signature of the ${which}: restart the HSM; if it stays so, have a new key made.`,
  );
}
