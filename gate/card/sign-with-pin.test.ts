import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { sandboxPins } from '../../test/card/card-contents.ts';
import { tornCard } from '../../test/card/faulty-card.ts';
import { cardKinds, type CardKindName } from '../../test/card/kinds.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import { CardSandbox } from '../../test/gate-card/card-sandbox.ts';
import { directCard } from '../../test/gate-card/direct-card.ts';
import { deafCard } from '../../test/gate-card/meddled-card.ts';
import { CardError } from './card-error.ts';
import { CardPin, fitsPin } from './card-pin.ts';
import { CardSession } from './card-session.ts';
import { cardSignatureHolds } from './card-signature.ts';
import { loadCardProfile, type KeyName } from './profile.ts';
import { selectApplication } from './select-application.ts';
import { signWithPin, type SignedWithPin } from './sign-with-pin.ts';

let sandbox: CardSandbox;
const message = Buffer.from('what the visitor read and agreed to');

beforeAll(async () => {
  sandbox = await CardSandbox.create(4);
});

function sign(
  card: VirtualCard,
  key: KeyName,
  pin: string = sandboxPins[key],
  more: { lastTryAgreed?: boolean; profile?: string } = {},
): Promise<SignedWithPin> {
  return signWithPin(directCard(card), {
    profile: loadCardProfile(more.profile ?? 'jpki-rsa'),
    key,
    pin: Buffer.from(pin, 'ascii'),
    lastTryAgreed: more.lastTryAgreed ?? false,
    message,
  });
}

async function triesLeft(card: VirtualCard, key: KeyName): Promise<number> {
  const profile = loadCardProfile('jpki-rsa');
  const session = new CardSession(directCard(card), { milliseconds: profile.milliseconds });
  await selectApplication(session, profile);
  return new CardPin(session, profile, key).triesLeft();
}

describe('a card signs with its PIN', () => {
  it.each<[CardKindName, KeyName]>([
    ['ordinary', 'signature'],
    ['ordinary', 'authentication'],
    ['child', 'authentication'],
    ['android', 'signature'],
    ['plain-forms', 'signature'],
    ['plain-forms', 'authentication'],
    ['plain-forms-by-length', 'signature'],
    ['eac-rsa', 'signature'],
    ['next-generation', 'signature'],
    ['next-generation', 'authentication'],
  ])('%s, with the %s key', async (name, key) => {
    const kind = cardKinds[name];
    const signed = await sign(sandbox.card(kind), key, sandboxPins[key], { profile: kind.profile });
    if (signed.kind !== 'signed') throw new Error(signed.kind);
    const { signature: document, authentication } = sandbox.holder(kind);
    expect(Buffer.from(signed.authenticationCertificate)).toEqual(Buffer.from(authentication.certificate));
    const credential = key === 'signature' ? document : authentication;
    if (key === 'signature') {
      expect(Buffer.from(signed.signatureCertificate ?? [])).toEqual(
        Buffer.from(credential?.certificate ?? []),
      );
    } else expect(signed.signatureCertificate).toBeUndefined();
    const { publicKey } = new X509Certificate(credential?.certificate ?? new Uint8Array());
    const profile = loadCardProfile(kind.profile);
    expect(cardSignatureHolds(profile, publicKey, message, signed.signature, key)).toBe(true);
  });

  it('and forgets the PIN afterwards', async () => {
    const card = sandbox.card(cardKinds.ordinary);
    expect(await sign(card, 'signature')).toMatchObject({ kind: 'signed' });
    const answer = card.transmit(Uint8Array.of(0x00, 0xb0, 0x81, 0x00, 0x00));
    expect(answer).toEqual(Uint8Array.of(0x69, 0x82));
  });
});

describe('tries', () => {
  it('are told without using one up', async () => {
    const card = sandbox.card(cardKinds.ordinary);
    for (let n = 0; n < 10; n += 1) expect(await triesLeft(card, 'signature')).toBe(5);
    expect(await triesLeft(card, 'authentication')).toBe(3);
  });

  it('are told of a card that takes PINs by their file alone', async () => {
    expect(await triesLeft(sandbox.card(cardKinds['plain-forms']), 'signature')).toBe(5);
  });

  it.each<[CardKindName, KeyName]>([
    ['child', 'signature'],
    ['face', 'signature'],
    ['face', 'authentication'],
    ['old-resident-card', 'authentication'],
  ])('are none where the PIN was never set: %s, %s', async (kind, key) => {
    expect(await triesLeft(sandbox.card(cardKinds[kind]), key)).toBe(0);
  });

  it('go down to the last, which is not used without a yes', async () => {
    const card = sandbox.card(cardKinds.ordinary);
    expect(await sign(card, 'authentication', '0000')).toEqual({ kind: 'wrong', triesLeft: 2 });
    expect(await sign(card, 'authentication', '0000')).toEqual({ kind: 'wrong', triesLeft: 1 });
    for (let n = 0; n < 5; n += 1) {
      expect(await sign(card, 'authentication', '1234')).toEqual({ kind: 'last-try' });
    }
    expect(await triesLeft(card, 'authentication')).toBe(1);
  });

  it('come back with a right PIN, and end with the last wrong one', async () => {
    const card = sandbox.card(cardKinds.ordinary);
    const wrong = (): Promise<SignedWithPin> => sign(card, 'authentication', '0000', { lastTryAgreed: true });
    await wrong();
    await wrong();
    expect(await sign(card, 'authentication', '1234', { lastTryAgreed: true })).toMatchObject({
      kind: 'signed',
    });
    expect(await triesLeft(card, 'authentication')).toBe(3);
    await wrong();
    await wrong();
    expect(await wrong()).toEqual({ kind: 'blocked' });
    expect(await sign(card, 'authentication', '1234', { lastTryAgreed: true })).toEqual({ kind: 'blocked' });
  });

  it('are not taken from a card for what can be no PIN of it', async () => {
    const card = sandbox.card(cardKinds.ordinary);
    await expect(sign(card, 'signature', 'short')).rejects.toThrow(RangeError);
    await expect(sign(card, 'authentication', '12345')).rejects.toThrow(RangeError);
    expect(await triesLeft(card, 'signature')).toBe(5);
  });
});

describe('what can be a PIN', () => {
  const { authentication, signature } = loadCardProfile('jpki-rsa').pins;
  it.each([
    [authentication, '1234', true],
    [authentication, '123', false],
    [authentication, '12345', false],
    [authentication, '12a4', false],
    [signature, 'ABC123', true],
    [signature, 'ABCDEFGH12345678', true],
    [signature, 'ABC12', false],
    [signature, 'ABCDEFGH123456789', false],
    [signature, 'abc123', false],
    [signature, 'ABC 123', false],
    [signature, 'ABC12Ａ', false],
  ])('%o %s %s', (rule, text, fits) => {
    expect(fitsPin(rule, Buffer.from(text))).toBe(fits);
  });
});

describe('a card that does not do its part', () => {
  it('is left with its reason wherever it leaves the field', async () => {
    for (let answered = 0; answered < 20; answered += 1) {
      const card = tornCard(sandbox.card(cardKinds.ordinary), answered);
      const outcome = await sign(card, 'signature').catch((error: unknown) => error);
      if (outcome instanceof CardError) expect(outcome.code).toBe('card-left');
      else expect(outcome).toMatchObject({ kind: 'signed' });
    }
  });

  it('is not believed where it takes any PIN and then does not sign', async () => {
    const card = deafCard(sandbox.card(cardKinds.ordinary), (command) => command[1] === 0x20);
    await expect(sign(card, 'signature')).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('has the PIN wiped from the command that carried it', async () => {
    const carried: Uint8Array[] = [];
    const card = directCard(sandbox.card(cardKinds.ordinary));
    await signWithPin(
      {
        transmit: (command) => {
          if (command[1] === 0x20) carried.push(command);
          return card.transmit(command);
        },
      },
      {
        profile: loadCardProfile('jpki-rsa'),
        key: 'signature',
        pin: Buffer.from(sandboxPins.signature),
        lastTryAgreed: false,
        message,
      },
    );
    expect(carried).toHaveLength(2);
    expect(Buffer.concat(carried).includes(sandboxPins.signature)).toBe(false);
  });
});
