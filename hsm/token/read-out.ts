import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { P11, attribute, mechanismWith, type Cryptoki, type Handle, type Mechanism } from './cryptoki.ts';
import { makeSecretKey } from './make-key.ts';
import { CKM_AES_KEY_WRAP_KWP } from './mechanisms.ts';
import { destroyKey } from './find-key.ts';
import type { StoredKey, TokenKey } from './stored-key.ts';
import type { Token } from './token.ts';
import { wrappingTemplate } from './wrap.ts';

/** One way in which a key was tried to be read out, and that it worked. */
export interface Leak {
  /** The way, in plain words that follow "It gives away a key that must stay inside:". */
  readonly how: string;
}

/** The parts of a private or secret key that must never be answered. */
const SECRET_PARTS: readonly (readonly [string, number])[] = [
  ['CKA_VALUE', P11.CKA_VALUE],
  ['CKA_PRIVATE_EXPONENT', P11.CKA_PRIVATE_EXPONENT],
  ['CKA_PRIME_1', P11.CKA_PRIME_1],
  ['CKA_PRIME_2', P11.CKA_PRIME_2],
  ['CKA_EXPONENT_1', P11.CKA_EXPONENT_1],
  ['CKA_EXPONENT_2', P11.CKA_EXPONENT_2],
  ['CKA_COEFFICIENT', P11.CKA_COEFFICIENT],
];

const WRAPPING: readonly (readonly [string, number])[] = [
  ['CKM_AES_KEY_WRAP_KWP', CKM_AES_KEY_WRAP_KWP],
  ['CKM_AES_KEY_WRAP_PAD', P11.CKM_AES_KEY_WRAP_PAD],
  ['CKM_AES_KEY_WRAP', P11.CKM_AES_KEY_WRAP],
  ['CKM_AES_CBC_PAD', P11.CKM_AES_CBC_PAD],
];

const OAEP_SHA1 = mechanismWith(P11.CKM_RSA_PKCS_OAEP, {
  type: P11.CK_PARAMS_RSA_OAEP,
  hashAlg: P11.CKM_SHA_1,
  mgf: P11.CKG_MGF1_SHA1,
  source: 1,
});

/** What was marked sensitive and must be so: `extractable` keys may leave wrapped, and only that. */
interface Tried {
  readonly key: TokenKey;
  readonly extractable: boolean;
}

/**
 * Tries to get a key out of its token in every way that PKCS#11 has: asking for its parts, wrapping it
 * under a key of one's own, weakening it, copying it weaker. All of these must be refused. The key is the
 * real thing: what a token says of a key (CKA_SENSITIVE, CKA_EXTRACTABLE) is believed in nothing.
 *
 * A token that lets a key be weakened may leave it weakened: destroy a key for which this finds a leak.
 */
export async function readOutLeaks(token: Token, tried: Tried): Promise<Leak[]> {
  const own = await ownWrappingKey(token);
  try {
    return await token.inSession(async ({ cryptoki, session, handleOf }) => {
      const handle = await handleOf(tried.key);
      const ownHandle = own === undefined ? undefined : await handleOf(own);
      const ways = new Ways(cryptoki, session, ownHandle);
      const leaks = [
        ...ways.reading(handle, 'asked for its parts, it answers'),
        ...(tried.extractable ? [] : ways.wrapping(handle, 'marked not extractable, it still wraps')),
      ];
      leaks.push(...ways.copying(handle, tried), ...ways.weakening(handle, tried));
      return leaks;
    });
  } finally {
    if (own !== undefined) await destroyKey(token, own);
  }
}

/** Whether a token answers with a secret key itself: the quickest of the ways, for each start of a gate. */
export async function answersItsValue(token: Token, key: TokenKey): Promise<boolean> {
  return token.inSession(async ({ cryptoki, session, handleOf }) =>
    new Ways(cryptoki, session, undefined).gives(await handleOf(key), P11.CKA_VALUE),
  );
}

class Ways {
  readonly #cryptoki: Cryptoki;
  readonly #session: Handle;
  readonly #own: Handle | undefined;

  constructor(cryptoki: Cryptoki, session: Handle, own: Handle | undefined) {
    this.#cryptoki = cryptoki;
    this.#session = session;
    this.#own = own;
  }

  reading(handle: Handle, words: string): Leak[] {
    const given = SECRET_PARTS.filter(([, type]) => this.gives(handle, type)).map(([name]) => name);
    return given.length === 0 ? [] : [{ how: `${words} ${given.join(', ')}.` }];
  }

  wrapping(handle: Handle, words: string): Leak[] {
    const under: string[] = [];
    for (const [name, mechanism] of this.#own === undefined ? [] : WRAPPING) {
      const parameter = mechanism === P11.CKM_AES_CBC_PAD ? { parameter: Buffer.alloc(16) } : {};
      if (this.#wraps({ mechanism, ...parameter }, this.#own, handle)) under.push(name);
    }
    const rsa = this.#ownRsaKey();
    if (rsa !== undefined) {
      if (this.#wraps(OAEP_SHA1, rsa, handle)) under.push('CKM_RSA_PKCS_OAEP');
      this.#attempt(() => {
        this.#cryptoki.C_DestroyObject(this.#session, rsa);
      });
    }
    return under.length === 0 ? [] : [{ how: `${words} under anyone's key (${under.join(', ')}).` }];
  }

  copying(handle: Handle, tried: Tried): Leak[] {
    const leaks: Leak[] = [];
    for (const weaker of weaknesses(tried)) {
      const copy = this.#attempt(() =>
        this.#cryptoki.C_CopyObject(this.#session, handle, [
          attribute(P11.CKA_TOKEN, false),
          ...weaker.template,
        ]),
      );
      if (copy === undefined) continue;
      leaks.push(...this.reading(copy, `copied as ${weaker.words}, the copy answers`));
      if (!tried.extractable) leaks.push(...this.wrapping(copy, `copied as ${weaker.words}, the copy wraps`));
      this.#attempt(() => {
        this.#cryptoki.C_DestroyObject(this.#session, copy);
      });
    }
    return leaks;
  }

  weakening(handle: Handle, tried: Tried): Leak[] {
    const leaks: Leak[] = [];
    for (const weaker of weaknesses(tried)) {
      const done = this.#attempt(() => {
        this.#cryptoki.C_SetAttributeValue(this.#session, handle, weaker.template);
        return true;
      });
      if (done === undefined) continue;
      leaks.push(...this.reading(handle, `changed to ${weaker.words}, it answers`));
      if (!tried.extractable) leaks.push(...this.wrapping(handle, `changed to ${weaker.words}, it wraps`));
    }
    return leaks;
  }

  gives(handle: Handle, type: number): boolean {
    const answered = this.#attempt(() =>
      this.#cryptoki.C_GetAttributeValue(this.#session, handle, [{ type }]),
    );
    // An empty value, and one of nothing but zeros, tells nothing.
    const given = answered?.[0]?.value.some((byte) => byte !== 0) === true;
    answered?.[0]?.value.fill(0);
    return given;
  }

  #wraps(mechanism: Mechanism, wrapping: Handle | undefined, handle: Handle): boolean {
    if (wrapping === undefined) return false;
    const wrapped = this.#attempt(() =>
      this.#cryptoki.C_WrapKey(this.#session, mechanism, wrapping, handle, Buffer.alloc(4096)),
    );
    return wrapped !== undefined && wrapped.length > 0;
  }

  #ownRsaKey(): Handle | undefined {
    return this.#attempt(() => this.#cryptoki.C_CreateObject(this.#session, wrappingTemplate(anyonesKey())));
  }

  /** A refusal is what we hope for. */
  #attempt<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch {
      return undefined;
    }
  }
}

function weaknesses({ extractable }: Tried): { words: string; template: ReturnType<typeof attribute>[] }[] {
  const notSensitive = attribute(P11.CKA_SENSITIVE, false);
  const canLeave = attribute(P11.CKA_EXTRACTABLE, true);
  return [
    { words: 'not sensitive', template: [notSensitive] },
    ...(extractable
      ? []
      : [
          { words: 'extractable', template: [canLeave] },
          { words: 'extractable and not sensitive', template: [canLeave, notSensitive] },
        ]),
  ];
}

/** An AES key of one's own in the token, as a thief with the PIN would make it. */
async function ownWrappingKey(token: Token): Promise<StoredKey | undefined> {
  try {
    return await makeSecretKey(token, { label: 'kazasu/trial', use: 'wrap', temporary: true });
  } catch {
    return undefined; // a token that has no AES wraps nothing under it
  }
}

let made: KeyObject | undefined;

/** Made once a process: only its being anyone's matters. */
function anyonesKey(): KeyObject {
  made ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  return made;
}
