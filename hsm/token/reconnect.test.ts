import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  makeTokenBed,
  MODULE_KINDS,
  TEST_PIN,
  type ModuleKind,
  type TokenBed,
} from '../../test/token/modules.ts';
import { P11, SESSION_FLAGS } from './cryptoki.ts';
import { publicKeyOf } from './find-key.ts';
import { makeRsaKeyPair, makeSecretKey } from './make-key.ts';
import { hmacSha256, rsaSigner } from './sign.ts';
import { openToken, type Token, type TokenState } from './token.ts';
import { unwrappedMacKey, wrapSecret } from './wrap.ts';

const message = Buffer.from('held over the reader', 'utf8');

/** What a handle on the same module does behind a token's back. */
class Saboteur {
  readonly #cryptoki;

  constructor(bed: TokenBed) {
    this.#cryptoki = new P11.PKCS11(bed.options('gate').module);
  }

  /** As when a token is pulled out: every session of the process is gone. */
  closeSessions(): void {
    for (const slot of this.#cryptoki.C_GetSlotList(true)) this.#cryptoki.C_CloseAllSessions(slot);
  }

  /** As when a vendor's library gives up: nothing works until it is initialised again. */
  finalise(): void {
    this.#cryptoki.C_Finalize();
  }

  changePin(from: string, to: string): void {
    const [slot] = this.#cryptoki.C_GetSlotList(true);
    if (slot === undefined) throw new Error('no slot');
    const session = this.#cryptoki.C_OpenSession(slot, SESSION_FLAGS);
    this.#cryptoki.C_SetPIN(session, from, to);
    this.#cryptoki.C_CloseSession(session);
  }
}

let bed: TokenBed | undefined;
let token: Token | undefined;

async function open(kind: ModuleKind): Promise<{ bed: TokenBed; token: Token; saboteur: Saboteur }> {
  const made = makeTokenBed(kind, ['gate']);
  bed = made;
  const opened = await openToken({ ...made.options('gate'), retryMilliseconds: 5 });
  token = opened;
  return { bed: made, token: opened, saboteur: new Saboteur(made) };
}

/** Resolves as soon as the token is in that state. */
function entered(opened: Token, state: TokenState): Promise<void> {
  return new Promise((resolve) => {
    if (opened.state === state) resolve();
    const off = opened.onState((next) => {
      if (next !== state) return;
      off();
      resolve();
    });
  });
}

afterEach(() => {
  token?.close();
  bed?.remove();
});

describe.each(MODULE_KINDS)('a token of %s that goes away', (kind) => {
  it.each(['closeSessions', 'finalise'] as const)(
    'fails what is under way with a code, and comes back by itself (%s)',
    async (sabotage) => {
      const { token, saboteur } = await open(kind);
      const key = await makeRsaKeyPair(token, { label: 'key', use: 'sign' });
      const sign = await rsaSigner(token, key);
      const before = await sign(message);
      const states: TokenState[] = [];
      token.onState((state) => states.push(state));

      saboteur[sabotage]();
      await expect(sign(message)).rejects.toMatchObject({ code: 'token-gone' });
      await entered(token, 'ready');

      expect(await sign(message)).toEqual(before);
      expect(states).toEqual(['lost', 'ready']);
    },
  );

  it('unwraps an event key anew when it is back', async () => {
    const { token, saboteur } = await open(kind);
    const secret = await makeSecretKey(token, { label: 'event', use: 'mac', extractable: true });
    const transport = await makeRsaKeyPair(token, { label: 'transport', use: 'unwrap' });
    const { hash, wrapped } = await wrapSecret(token, secret, await publicKeyOf(token, transport), ['sha1']);
    const unwrapped = unwrappedMacKey(transport, wrapped, hash);
    const before = await hmacSha256(token, unwrapped, message);

    saboteur.closeSessions();
    await expect(hmacSha256(token, unwrapped, message)).rejects.toMatchObject({ code: 'token-gone' });
    await entered(token, 'ready');

    expect(await hmacSha256(token, unwrapped, message)).toEqual(before);
  });

  it('fails every one of many operations under way, and loses the token once', async () => {
    const { token, saboteur } = await open(kind);
    const key = await makeSecretKey(token, { label: 'key', use: 'mac' });
    await hmacSha256(token, key, message);
    const states: TokenState[] = [];
    token.onState((state) => states.push(state));

    saboteur.closeSessions();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => hmacSha256(token, key, message)));
    await entered(token, 'ready');

    expect(all.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(states).toEqual(['lost', 'ready']);
    expect(await hmacSha256(token, key, message)).toHaveLength(32);
  });

  it('does not try a PIN again that is refused, for that would lock the token', async () => {
    const { token, saboteur } = await open(kind);
    const key = await makeSecretKey(token, { label: 'key', use: 'mac' });
    saboteur.changePin(TEST_PIN, 'another-pin-9');
    saboteur.closeSessions();
    await expect(hmacSha256(token, key, message)).rejects.toMatchObject({ code: 'token-gone' });
    expect(() => {
      token.reconnect();
    }).toThrow(expect.objectContaining({ code: 'pin-wrong' }) as Error);
    expect(token.state).toBe('lost');
  });

  it('stays closed once it is closed', async () => {
    const { token, saboteur } = await open(kind);
    const key = await makeSecretKey(token, { label: 'key', use: 'mac' });
    saboteur.closeSessions();
    await expect(hmacSha256(token, key, message)).rejects.toMatchObject({ code: 'token-gone' });
    token.close();
    expect(() => {
      token.reconnect();
    }).toThrow(expect.objectContaining({ code: 'token-closed' }) as Error);
  });
});

describe('a SoftHSM token whose folder is taken away', () => {
  it('is lost as long as it is away, and works again when it is put back', async () => {
    const { bed, token } = await open('SoftHSM');
    const key = await makeRsaKeyPair(token, { label: 'key', use: 'sign' });
    const sign = await rsaSigner(token, key);
    const before = await sign(message);
    token.rely(key);

    renameSync(join(bed.folder, 'tokens'), join(bed.folder, 'pocket'));
    await expect(sign(message)).rejects.toMatchObject({ code: 'token-gone' });
    expect(() => {
      token.reconnect();
    }).toThrow();
    expect(token.state).toBe('lost');
    await expect(sign(message)).rejects.toMatchObject({ code: 'token-gone' });

    renameSync(join(bed.folder, 'pocket'), join(bed.folder, 'tokens'));
    await entered(token, 'ready');
    expect(await sign(message)).toEqual(before);
  });

  it('is not mistaken for another one of the same label', async () => {
    // Made first: the environment names the tokens of the bed that is made last.
    const impostor = makeTokenBed('SoftHSM', ['gate']);
    const { bed, token } = await open('SoftHSM');
    const key = await makeSecretKey(token, { label: 'key', use: 'mac' });
    token.rely(key);
    renameSync(join(bed.folder, 'tokens'), join(bed.folder, 'pocket'));
    await expect(hmacSha256(token, key, message)).rejects.toMatchObject({ code: 'token-gone' });
    renameSync(join(impostor.folder, 'tokens'), join(bed.folder, 'tokens'));
    impostor.remove();
    expect(() => {
      token.reconnect();
    }).toThrow(expect.objectContaining({ code: 'key-not-found' }) as Error);
    expect(token.state).toBe('lost');
  });
});
