import { createHash, KeyObject, timingSafeEqual } from 'node:crypto';
import { requireKept } from '../token/check-token.ts';
import { destroyKey, findKeys, findOneKey } from '../token/find-key.ts';
import { makeSecretKey } from '../token/make-key.ts';
import { requireMechanisms } from '../token/mechanisms.ts';
import { answersItsValue } from '../token/read-out.ts';
import { hmacSha256 } from '../token/sign.ts';
import type { StoredKey, TokenKey } from '../token/stored-key.ts';
import type { Token } from '../token/token.ts';
import { TokenError } from '../token/token-error.ts';
import { unwrappedMacKey, wrapSecret } from '../token/wrap.ts';
import type { Custody } from './custody.ts';
import type { EventKey } from './event-key.ts';
import { KeyError } from './key-error.ts';
import { KEY_LABELS } from './labels.ts';
import type { Recipient } from './recipient.ts';
import { refuseSecond } from './signer-key.ts';
import { keyFingerprint, openTransportKey } from './transport-key.ts';
import { requireEventId, type WrappedEventKey } from './wrapped-event-key.ts';

const SERIAL = domain('kazasu/serial/v1');
const TICKET = domain('kazasu/ticket/v1');
const CHECK = domain('kazasu/event-key-check/v1');
const ANY_HASH = ['sha256', 'sha1'] as const;

/**
 * Makes an event's key in the ticketing service's token. It is sensitive, so never in clear, and
 * extractable, because it must reach the gates: wrapped is the one way it leaves.
 *
 * CKA_WRAP_WITH_TRUSTED would let it leave only to keys that the security officer has marked as trusted.
 * It is not set: the security officer would have to log in at the running ticketing service for every
 * new gate, and modules (NSS) take the attribute and pay it no heed. So whoever has this token's PIN can
 * wrap an event key to a key of their own; the PIN, and the operator's comparing of gates' fingerprints,
 * stand against that.
 */
export async function makeEventKey(
  token: Token,
  event: string,
  custody: Custody = 'tried',
): Promise<EventKey> {
  requireEventId(event);
  await requireMechanisms(token, 'event');
  const label = KEY_LABELS.event + event;
  await refuseSecond(token, label);
  const key = await makeSecretKey(token, { label, use: 'mac', extractable: true });
  if (custody === 'tried') await requireKept(token, key, true);
  return eventKey(token, key);
}

/** Opens an event's key in the ticketing service's token. */
export async function openEventKey(token: Token, event: string): Promise<EventKey> {
  await requireMechanisms(token, 'event');
  return eventKey(token, await storedEventKey(token, event));
}

/** The events of which the token holds the key. */
export async function listEventKeys(token: Token): Promise<string[]> {
  const keys = await findKeys(token, 'secret', KEY_LABELS.event);
  return keys.map(({ label }) => label.slice(KEY_LABELS.event.length)).sort();
}

/** Destroys an event's key: after it nobody can tell which card a serial hash came from. */
export async function destroyEventKey(token: Token, event: string): Promise<void> {
  await destroyKey(token, await storedEventKey(token, event));
}

/**
 * Wraps an event's key to a gate's transport key.
 *
 * @example
 * const wrapped = await wrapEventKey(ticketingToken, 'spring-2027', decodeRecipient(gateFile));
 * pack.eventKeys.push(encodeWrappedEventKey(wrapped));
 */
export async function wrapEventKey(
  token: Token,
  event: string,
  recipient: Recipient | KeyObject,
): Promise<WrappedEventKey> {
  // Of a bare key it is not known what its token takes: whatever this one can, the better first.
  const { publicKey, hashes } =
    recipient instanceof KeyObject ? { publicKey: recipient, hashes: ANY_HASH } : recipient;
  const key = await storedEventKey(token, event);
  const { hash, wrapped } = await wrapSecret(token, key, publicKey, hashes);
  return {
    event,
    hash,
    wrapped,
    recipient: keyFingerprint(publicKey),
    check: await checkOf(token, key),
  };
}

/**
 * Unwraps an event's key inside the gate's token, where it lives as long as the token is open: sensitive,
 * not extractable, not stored. It survives the token going away and coming back.
 *
 * @example
 * const key = await openWrappedEventKey(gateToken, decodeWrappedEventKey(pack.eventKey));
 * const hash = await key.serialHash({ issuer, serial });
 */
export async function openWrappedEventKey(token: Token, wrapped: WrappedEventKey): Promise<EventKey> {
  await requireMechanisms(token, 'event-at-gate');
  const transport = await openTransportKey(token);
  if (!timingSafeEqual(transport.fingerprint, wrapped.recipient))
    throw new KeyError(
      'wrong-recipient',
      'This event key is wrapped for another gate. Export a pack for this gate’s transport key.',
    );
  const key = unwrappedMacKey(transport.key, wrapped.wrapped, wrapped.hash);
  let check: Uint8Array;
  try {
    check = await checkOf(token, key);
  } catch (cause) {
    if (!(cause instanceof TokenError) || cause.code !== 'token-refused') throw cause;
    throw new KeyError(
      'not-opened',
      `The token does not unwrap the event key (OAEP with ${wrapped.hash}). The pack is damaged, or the token cannot unwrap it: have the gate write its transport key again and export with it.`,
      { cause },
    );
  }
  if (await answersItsValue(token, key))
    throw new TokenError(
      'key-readable',
      `The token "${token.label}" gives away the event key that it should keep. Use another token; "kazasu-hsm token check" tries one in full.`,
    );
  if (!timingSafeEqual(check, wrapped.check))
    throw new KeyError('not-opened', 'What was unwrapped is not the event’s key. Export the pack again.');
  return eventKey(token, key);
}

async function storedEventKey(token: Token, event: string): Promise<StoredKey> {
  requireEventId(event);
  const key = await findOneKey(token, 'secret', KEY_LABELS.event + event);
  token.rely(key);
  return key;
}

function eventKey(token: Token, key: TokenKey): EventKey {
  return {
    serialHash: async ({ issuer, serial }) => {
      if (serial.length === 0 || (serial[0] === 0 && serial.length > 1))
        throw new KeyError('malformed', 'A serial is hashed without leading zeros, and is never empty.');
      const name = createHash('sha256').update(issuer).digest();
      return hmacSha256(token, key, Buffer.concat([SERIAL, name, serial]));
    },
    ticketHash: (ticketNumber) =>
      hmacSha256(token, key, Buffer.concat([TICKET, Buffer.from(ticketNumber, 'utf8')])),
  };
}

async function checkOf(token: Token, key: TokenKey): Promise<Uint8Array> {
  return (await hmacSha256(token, key, CHECK)).slice(0, 8);
}

/** A name and a zero byte keep what is hashed for one purpose apart from every other. */
function domain(name: string): Buffer {
  return Buffer.from(`${name}\0`, 'latin1');
}
