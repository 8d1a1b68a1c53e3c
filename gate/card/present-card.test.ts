import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { tornCard } from '../../test/card/faulty-card.ts';
import { cardKinds } from '../../test/card/kinds.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import { CardSandbox, isSigned } from '../../test/gate-card/card-sandbox.ts';
import { deafCard, isProof, isSign, meddledCard } from '../../test/gate-card/meddled-card.ts';
import { softwareTerminalKey } from '../../test/gate-card/software-terminal-key.ts';
import type { CommandTiming } from './card-session.ts';
import { loadCardProfile } from './profile.ts';

const profiles = ['jpki-rsa', 'eac-rsa', 'eac-p384'] as const;
const kindOf = { 'jpki-rsa': 'ordinary', 'eac-rsa': 'eac-rsa', 'eac-p384': 'next-generation' } as const;

let sandbox: CardSandbox;
let stranger: CardSandbox;

beforeAll(async () => {
  [sandbox, stranger] = await Promise.all([CardSandbox.create(), CardSandbox.create()]);
});

const names = (timings: readonly CommandTiming[]): string[] => timings.map(({ name }) => name);

describe.each(profiles)('a tap by the profile %s', (profile) => {
  const kind = cardKinds[kindOf[profile]];

  it('ends with a signature of the card over the message, and the whole certificate', async () => {
    const card = sandbox.card(kind);
    const presented = await sandbox.present(card, profile);
    expect(Buffer.from(presented.certificate ?? [])).toEqual(
      Buffer.from(sandbox.holder(kind).authentication.certificate),
    );
    expect(isSigned(presented, profile)).toBe(true);
  });

  it('is torn by a card that leaves at any command, and only says that', async () => {
    const { timings } = await sandbox.present(sandbox.card(kind), profile);
    const outcomes = await Promise.all(
      timings.map((_, n) => sandbox.outcome(tornCard(sandbox.card(kind), n), profile)),
    );
    expect(outcomes).toEqual(timings.map(() => 'card-left'));
    expect(await sandbox.outcome(tornCard(sandbox.card(kind), timings.length), profile)).toBe('signed');
  });

  it('is refused by the card where the terminal certificate is by another root', async () => {
    const terminalKey = stranger.terminalKey(profile);
    expect(await sandbox.outcome(sandbox.card(kind), profile, { terminalKey })).toBe(
      'terminal-certificate-refused',
    );
  });

  it('is refused by the card where the proof is by another key', async () => {
    const right = sandbox.terminalKey(profile);
    const wrong = stranger.terminalKey(profile);
    const terminalKey = { ...right, sign: (signed: Uint8Array) => wrong.sign(signed) };
    expect(await sandbox.outcome(sandbox.card(kind), profile, { terminalKey })).toBe('proof-refused');
  });

  it('is refused by the card where the challenge is no longer the last', async () => {
    const card = meddledCard(sandbox.card(kind), isProof, (inner) => {
      inner.transmit(Uint8Array.of(0x00, 0x84, 0x00, 0x00, profile === 'jpki-rsa' ? 0x20 : 0x08));
    });
    expect(await sandbox.outcome(card, profile)).toBe('proof-refused');
  });

  it('ends unsigned where the card never hears the proof', async () => {
    expect(await sandbox.outcome(deafCard(sandbox.card(kind), isProof), profile)).toBe('signature-refused');
  });

  it('ends unsigned where the application is selected again after the proof', async () => {
    const { header, id } = loadCardProfile(profile).application;
    const card = meddledCard(sandbox.card(kind), isSign, (inner) => {
      inner.transmit(Uint8Array.of(...header, id.length, ...id));
    });
    expect(await sandbox.outcome(card, profile)).toBe('signature-refused');
  });

  it('ends unsigned where the card is reset after the proof', async () => {
    const card = meddledCard(sandbox.card(kind), isSign, (inner) => {
      inner.reset();
    });
    expect(await sandbox.outcome(card, profile)).toBe('signature-refused');
  });

  it('falls back to selected files and the plain signature, and is torn anywhere there too', async () => {
    for (const refusal of [0x6a86, 0x6700]) {
      const make = (): VirtualCard =>
        sandbox.card(kind, { refuseShortIds: refusal, refuseHashSigning: refusal });
      const presented = await sandbox.present(make(), profile);
      expect(isSigned(presented, profile)).toBe(true);
      const torn = await Promise.all(
        presented.timings.map((_, n) => sandbox.outcome(tornCard(make(), n), profile)),
      );
      expect(torn).toEqual(presented.timings.map(() => 'card-left'));
    }
  });

  it('needs a terminal key of its own kind', async () => {
    const other = profile === 'jpki-rsa' ? 'eac-rsa' : 'jpki-rsa';
    const terminalKey = sandbox.terminalKey(other);
    expect(await sandbox.outcome(sandbox.card(kind), profile, { terminalKey })).toBe('wrong-terminal-key');
  });

  it('passes on what the terminal key raises', async () => {
    const failure = new Error('The token is gone.');
    const terminalKey = { ...sandbox.terminalKey(profile), sign: () => Promise.reject(failure) };
    await expect(sandbox.present(sandbox.card(kind), profile, { terminalKey })).rejects.toBe(failure);
  });
});

describe('the commands of a tap', () => {
  it('are the fewest, with the challenge first and nothing between the blocks', async () => {
    const { timings } = await sandbox.present(sandbox.card(cardKinds.ordinary));
    const { length } = sandbox.holder(cardKinds.ordinary).authentication.certificate;
    const rest = Array.from({ length: Math.ceil((length - 255) / 256) }, () => 'read EF 000A');
    expect(names(timings)).toEqual([
      'select application',
      'get challenge',
      'read EF 000A',
      'select EF 0016',
      'load certificate block 1',
      'load certificate block 2',
      ...rest,
      'external authenticate',
      'sign',
    ]);
  });

  it('ask for the proof right after the challenge where a challenge does not outlive others', async () => {
    const { timings } = await sandbox.present(sandbox.card(cardKinds['eac-rsa']), 'eac-rsa');
    expect(names(timings).slice(-4)).toEqual([
      'MSE:Set AT',
      'get challenge',
      'external authenticate',
      'sign',
    ]);
  });

  it('ask for no more than the certificate has', async () => {
    const { timings } = await sandbox.present(sandbox.card(cardKinds.ordinary));
    const { length } = sandbox.holder(cardKinds.ordinary).authentication.certificate;
    const read = timings.filter(({ name }) => name === 'read EF 000A');
    // Status words aside, and the one byte that is read twice.
    expect(read.reduce((sum, { received }) => sum + received - 2, 0)).toBe(length + 1);
  });

  it('are told also where the tap fails', async () => {
    const told: CommandTiming[] = [];
    const onCommand = (timing: CommandTiming): void => void told.push(timing);
    await sandbox.outcome(tornCard(sandbox.card(cardKinds.ordinary), 2), 'jpki-rsa', { onCommand });
    expect(names(told)).toEqual(['select application', 'get challenge', 'read EF 000A']);
    expect(told.map(({ status }) => status)).toEqual([0x9000, 0x9000, undefined]);
  });
});

describe('a pinned key', () => {
  function pinnedKey(): KeyObject {
    const { certificate } = sandbox.holder(cardKinds.ordinary).authentication;
    return createPublicKey(
      new X509Certificate(Buffer.from(certificate)).publicKey.export({ type: 'spki', format: 'pem' }),
    );
  }

  it('makes reading the rest of the certificate needless', async () => {
    const key = pinnedKey();
    const presented = await sandbox.present(sandbox.card(cardKinds.ordinary), 'jpki-rsa', {
      onHead: () => Promise.resolve(key),
    });
    expect(names(presented.timings).filter((name) => name.startsWith('read'))).toHaveLength(1);
    expect(presented.certificate).toBeUndefined();
    expect(presented.pinnedKey).toBe(key);
    expect(isSigned(presented, 'jpki-rsa')).toBe(true);
  });

  it('is asked for with serial, issuer and dates of the card', async () => {
    const { authentication } = sandbox.holder(cardKinds.ordinary);
    let serial: Uint8Array | undefined;
    await sandbox.present(sandbox.card(cardKinds.ordinary), 'jpki-rsa', {
      onHead: (head) => {
        serial = head.serial;
        return Promise.resolve(undefined);
      },
    });
    expect(Buffer.from(serial ?? [])).toEqual(Buffer.from(authentication.serial));
  });

  it('that never comes is not waited for', async () => {
    const presented = await sandbox.present(sandbox.card(cardKinds.ordinary), 'jpki-rsa', {
      onHead: () => new Promise(() => undefined),
    });
    expect(isSigned(presented, 'jpki-rsa')).toBe(true);
  });

  it('that comes in the middle of the certificate ends the reading there', async () => {
    let found: (key: KeyObject) => void = () => undefined;
    let reads = 0;
    const presented = await sandbox.present(sandbox.card(cardKinds.ordinary), 'jpki-rsa', {
      onHead: () => new Promise((resolve) => (found = resolve)),
      onCommand: ({ name }) => {
        if (name.startsWith('read')) reads += 1;
        if (reads === 3) found(pinnedKey());
      },
    });
    expect(presented.certificate).toBeUndefined();
    expect(names(presented.timings).filter((name) => name.startsWith('read'))).toHaveLength(3);
  });

  it('whose lookup fails ends the tap with that failure', async () => {
    const failure = new Error('The token is gone.');
    const tap = sandbox.present(sandbox.card(cardKinds.ordinary), 'jpki-rsa', {
      onHead: () => Promise.reject(failure),
    });
    await expect(tap).rejects.toBe(failure);
  });
});

it('takes another terminal key of the same root', async () => {
  const terminalKey = softwareTerminalKey(sandbox.authority, 'jpki-rsa');
  expect(await sandbox.outcome(sandbox.card(cardKinds.ordinary), 'jpki-rsa', { terminalKey })).toBe('signed');
});
