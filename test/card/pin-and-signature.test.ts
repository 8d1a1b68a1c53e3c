import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CardDriver, driveCard } from './card-driver.ts';
import { type CardMaterial, cardMaterial, sandboxKeyId } from './card-material.ts';
import type { JpkiCard } from './jpki-card.ts';
import { ordinaryCard } from './ordinary-card.ts';

let material: CardMaterial;
let card: JpkiCard;
let driver: CardDriver;

beforeAll(() => {
  material = cardMaterial('rsa', sandboxKeyId);
});

beforeEach(() => {
  card = ordinaryCard(material);
  driver = driveCard(card);
});

describe('VERIFY', () => {
  beforeEach(() => {
    driver.selectApplication();
  });

  it('tells the tries left without using one up', () => {
    expect(driver.send('00 20 00 98').word).toBe('63c3');
    expect(driver.send('00 20 00 9B').word).toBe('63c5');
    driver.selectFile('0018');
    expect(driver.send('00 20 00 80').word).toBe('63c3');
  });

  it('still tells the tries left after a right PIN', () => {
    expect(driver.verify('98', '1234').word).toBe('9000');
    expect(driver.send('00 20 00 98').word).toBe('63c3');
  });

  it('counts down over resets, blocks, and then refuses the right PIN too', () => {
    expect(driver.verify('98', '0000').word).toBe('63c2');
    card.reset();
    driver.selectApplication();
    expect(driver.verify('98', 'abcd').word).toBe('63c1');
    expect(driver.verify('98', '0000').word).toBe('63c0');
    expect(driver.verify('98', '1234').word).toBe('6984');
    expect(driver.send('00 20 00 98').word).toBe('63c0');
    expect(driver.send('00 20 00 9B').word).toBe('63c5');
  });

  it('begins to count anew after a right PIN', () => {
    driver.verify('98', '0000');
    driver.verify('98', '1234');
    expect(driver.send('00 20 00 98').word).toBe('63c3');
  });

  it('takes no try for a wrong length', () => {
    expect(driver.verify('98', '12345').word).toBe('6700');
    expect(driver.verify('98', '123').word).toBe('6700');
    expect(driver.verify('9B', 'ABC12').word).toBe('6700');
    expect(driver.verify('9B', 'ABCDEFGHIJ1234567').word).toBe('6700');
    expect(driver.send('00 20 00 98').word).toBe('63c3');
    expect(driver.send('00 20 00 9B').word).toBe('63c5');
  });

  it('ends the login with a wrong PIN', () => {
    driver.verify('98', '1234');
    driver.verify('98', '0000');
    expect(driver.send('80 2A 00 97 01 00 00').word).toBe('6982');
  });

  it('is for PINs alone', () => {
    expect(driver.send('00 20 00 80').word).toBe('6986');
    expect(driver.send('00 20 00 97').word).toBe('6981');
    expect(driver.send('00 20 00 85').word).toBe('6a82');
    expect(driver.send('00 20 00 18').word).toBe('6a86');
    expect(driver.send('00 20 01 98').word).toBe('6a86');
  });
});

describe('SIGN', () => {
  const hash = new Uint8Array(32);
  beforeEach(() => {
    driver.selectApplication();
  });

  it('needs the PIN of the very key, and checks that before lengths', () => {
    expect(driver.sendData('80 2A 02 97', hash, '00').word).toBe('6982');
    expect(driver.sendData('80 2A 02 97', hash.subarray(1)).word).toBe('6982');
    driver.verify('9B', 'ABC123');
    expect(driver.sendData('80 2A 02 97', hash, '00').word).toBe('6982');
    expect(driver.sendData('80 2A 02 9A', hash, '00').data).toHaveLength(256);
    driver.verify('98', '1234');
    expect(driver.sendData('80 2A 02 97', hash, '00').data).toHaveLength(256);
  });

  it('signs with the current file', () => {
    driver.verify('98', '1234');
    driver.selectFile('0017');
    expect(driver.sendData('80 2A 02 80', hash, '00').data).toHaveLength(256);
    driver.selectFile('0008');
    expect(driver.sendData('80 2A 02 80', hash, '00').word).toBe('6981');
  });

  it.each([
    ['00', 1, 245],
    ['01', 1, 255],
    ['02', 32, 32],
    ['03', 1, 255],
    ['04', 32, 32],
    ['05', 1, 255],
  ])('with P1 %s takes %i to %i bytes', (p1, shortest, longest) => {
    driver.verify('98', '1234');
    const words = [shortest - 1, shortest, longest, longest + 1].map(
      (length) => driver.sendLongOrShort(`80 2A ${p1} 97`, new Uint8Array(length)).word,
    );
    expect(words).toEqual(['6700', '9000', '9000', '6700']);
  });

  it('knows no other P1, and needs an Le of the whole signature', () => {
    driver.verify('98', '1234');
    expect(driver.sendData('80 2A 06 97', hash, '00').word).toBe('6a86');
    expect(driver.sendData('80 2A 02 97', hash, 'FF').word).toBe('6700');
    expect(driver.sendData('80 2A 02 97', hash).word).toBe('6700');
  });
});
