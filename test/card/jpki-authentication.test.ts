import { sign } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeJpkiTerminalCertificate } from '../authority/terminal-certificates.ts';
import { type Answer, type CardDriver, driveCard } from './card-driver.ts';
import { type CardMaterial, cardMaterial, keyPair, sandboxKeyId } from './card-material.ts';
import type { JpkiCard } from './jpki-card.ts';
import { ordinaryCard } from './ordinary-card.ts';

const ownKeyId = Buffer.from('1000001\x08\x05001\0\0\0\0', 'latin1');
let material: CardMaterial;
let certificate: Uint8Array;
let card: JpkiCard;
let driver: CardDriver;

beforeAll(() => {
  material = cardMaterial('rsa', sandboxKeyId);
  certificate = certificateBy(sandboxKeyId, material.rootKey);
});

beforeEach(() => {
  card = ordinaryCard(material);
  driver = driveCard(card);
  driver.selectApplication();
});

function certificateBy(issuer: Uint8Array, issuerKey = material.rootKey): Uint8Array {
  return writeJpkiTerminalCertificate(issuer, issuerKey, ownKeyId, material.terminalKey);
}

const block1 = (bytes: Uint8Array): Answer => driver.sendLong('80 A2 06 C1', bytes.subarray(0, 307));
const block2 = (bytes: Uint8Array): Answer => driver.sendLong('80 A2 00 C1', bytes.subarray(307));

function load(bytes = certificate): string[] {
  driver.selectFile('0016');
  return [block1(bytes).word, block2(bytes).word];
}

const challenge = (): Uint8Array => driver.send('00 84 00 00 20').data;

function prove(over: Uint8Array, key = material.terminalKey): string {
  return driver.sendLong('00 82 00 00', sign('sha256', over, key)).word;
}

/** What SIGN with the authentication key says; '9000' only where there is a signature. */
function signing(): string {
  const { word, data } = driver.sendData('80 2A 02 97', new Uint8Array(32), '00');
  expect(data.length > 0).toBe(word === '9000');
  return word;
}

describe('the authentication key signs', () => {
  it('after certificate and proof, any number of times', () => {
    expect(signing()).toBe('6982');
    expect(load()).toEqual(['9000', '9000']);
    expect(signing()).toBe('6982');
    expect(prove(challenge())).toBe('9000');
    expect([signing(), signing(), signing()]).toEqual(['9000', '9000', '9000']);
  });

  it('also where the challenge was asked for long before', () => {
    const early = challenge();
    driver.send('00 B0 8A 00 00');
    load();
    expect(prove(early)).toBe('9000');
    expect(signing()).toBe('9000');
  });

  it('and nothing else is opened by that', () => {
    load();
    prove(challenge());
    expect(driver.sendData('80 2A 02 9A', new Uint8Array(32), '00').word).toBe('6982');
    expect(driver.send('00 B0 81 00 00').word).toBe('6982');
  });
});

describe('nothing is signed', () => {
  beforeEach(() => {
    load();
  });

  it('after a proof by another key', () => {
    expect(prove(challenge(), keyPair('rsa').privateKey)).toBe('6982');
    expect(signing()).toBe('6982');
  });

  it('after a proof over something else', () => {
    challenge();
    expect(prove(new Uint8Array(32))).toBe('6982');
    expect(signing()).toBe('6982');
  });

  it('after a proof without a challenge', () => {
    expect(prove(new Uint8Array(32))).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('after a proof over a challenge that a newer one replaced', () => {
    const old = challenge();
    challenge();
    expect(prove(old)).toBe('6982');
    expect(signing()).toBe('6982');
  });

  it('after a proof over a challenge of another length', () => {
    const short = driver.send('00 84 00 00 08').data;
    expect(prove(short)).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('after a proof over a challenge that was used before, right or wrong', () => {
    const used = challenge();
    prove(new Uint8Array(32));
    expect(prove(used)).toBe('6985');
    const again = challenge();
    expect(prove(again)).toBe('9000');
    expect(prove(again)).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('once the application was selected again', () => {
    const taken = challenge();
    driver.selectApplication();
    expect(signing()).toBe('6982');
    expect(prove(taken)).toBe('6985');
    load();
    prove(challenge());
    driver.selectApplication();
    expect(signing()).toBe('6982');
  });

  it.each(['reset', 'powerOff', 'powerOn'] as const)('after %s', (event) => {
    const taken = challenge();
    prove(taken);
    expect(signing()).toBe('9000');
    card[event]();
    expect(signing()).toBe('6985');
    driver.selectApplication();
    expect(signing()).toBe('6982');
    expect(prove(taken)).toBe('6985');
  });

  it('once another proof fails', () => {
    prove(challenge());
    expect(signing()).toBe('9000');
    prove(new Uint8Array(32));
    expect(signing()).toBe('6982');
  });

  it('once a new certificate begins to be loaded', () => {
    prove(challenge());
    driver.selectFile('0016');
    expect(block1(certificate).word).toBe('9000');
    expect(signing()).toBe('6982');
    expect(prove(challenge())).toBe('6985');
  });
});

describe('a terminal certificate is refused', () => {
  it('where EF 0016 is not selected', () => {
    expect(block1(certificate).word).toBe('6986');
    driver.selectFile('000A');
    expect(block1(certificate).word).toBe('6981');
    expect(block2(certificate).word).toBe('6981');
  });

  it('where its second block comes first, or twice', () => {
    driver.selectFile('0016');
    expect(block2(certificate).word).toBe('6985');
    load();
    expect(block2(certificate).word).toBe('6985');
  });

  it('where another root signed it', () => {
    expect(load(certificateBy(sandboxKeyId, keyPair('rsa').privateKey))).toEqual(['9000', '6a80']);
    expect(prove(challenge())).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('where it names another root', () => {
    expect(load(certificateBy(ownKeyId))).toEqual(['6a88', '6985']);
  });

  it('where any one byte of it is another', () => {
    for (const at of [0, 4, 8, 9, 25, 42, 46, 47, 60, 306, 307, 310, 311, 312, 500, certificate.length - 1]) {
      const changed = Uint8Array.from(certificate);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      load(changed);
      expect(prove(challenge()), `byte ${at}`).toBe('6985');
      expect(signing(), `byte ${at}`).toBe('6982');
    }
  });

  it('where a block is too short or too long', () => {
    driver.selectFile('0016');
    expect(driver.sendLong('80 A2 06 C1', certificate.subarray(0, 306)).word).toBe('6a80');
    expect(driver.sendLong('80 A2 06 C1', certificate.subarray(0, 308)).word).toBe('6a80');
    block1(certificate);
    expect(driver.sendLong('80 A2 00 C1', certificate.subarray(307, 567)).word).toBe('6a80');
  });

  it('where the command has other parameters', () => {
    driver.selectFile('0016');
    expect(driver.sendLong('80 A2 01 C1', certificate.subarray(0, 307)).word).toBe('6a86');
    expect(driver.sendLong('80 A2 06 C0', certificate.subarray(0, 307)).word).toBe('6a86');
  });
});

describe('a proof', () => {
  it('of another length is refused, and takes the challenge', () => {
    load();
    const taken = challenge();
    expect(driver.sendLong('00 82 00 00', new Uint8Array(257)).word).toBe('6700');
    expect(prove(taken)).toBe('6985');
  });

  it('with other parameters is refused', () => {
    load();
    challenge();
    expect(driver.sendLong('00 82 00 01', new Uint8Array(256)).word).toBe('6a86');
  });
});
