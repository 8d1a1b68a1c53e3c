import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CardDriver, driveCard } from './card-driver.ts';
import { type CardMaterial, cardMaterial, sandboxKeyId } from './card-material.ts';
import { type CardOptions, ordinaryCard } from './ordinary-card.ts';

let material: CardMaterial;
let driver: CardDriver;

beforeAll(() => {
  material = cardMaterial('rsa', sandboxKeyId);
});

function put(options: Partial<CardOptions> = {}): void {
  driver = driveCard(ordinaryCard({ ...material, ...options }));
}

beforeEach(() => {
  put();
});

describe('before the application is selected', () => {
  it.each(['0001', '000A', '0017'])('file %s is not found', (number) => {
    expect(driver.selectFile(number).word).toBe('6a82');
  });

  it.each([
    ['READ BINARY', '00 B0 8A 00 00'],
    ['VERIFY', '00 20 00 98'],
    ['GET CHALLENGE', '00 84 00 00 20'],
    ['SIGN', '80 2A 02 97 20 0000000000000000000000000000000000000000000000000000000000000000 00'],
    ['LOAD TERMINAL CERTIFICATE', '80 A2 06 C1'],
    ['EXTERNAL AUTHENTICATE', '00 82 00 00'],
    ['an unknown instruction', '00 FE 00 00'],
  ])('%s is out of place', (_, hex) => {
    expect(driver.send(hex).word).toBe('6985');
  });
});

describe('SELECT', () => {
  it('takes the whole name of the application only', () => {
    expect(driver.send('00 A4 04 0C 09 D392F0002601000000').word).toBe('6a82');
    expect(driver.send('00 A4 04 0C 0A D392F000260100000002').word).toBe('6a82');
    expect(driver.selectApplication().word).toBe('9000');
  });

  it.each(['00 A4 04 00 0A D392F000260100000001', '00 A4 00 0C 02 000A', '00 A4 02 04 02 000A'])(
    'knows no other parameters: %s',
    (hex) => {
      driver.selectApplication();
      expect(driver.send(hex).word).toBe('6a86');
    },
  );

  it('finds every file of the card and no other', () => {
    driver.selectApplication();
    const files = ['0001', '0002', '0006', '0008', '000A', '000B', '0016', '0017', '0018', '001A', '001B'];
    const found = [...Array(0x40).keys()]
      .map((number) => number.toString(16).toUpperCase().padStart(4, '0'))
      .filter((number) => driver.selectFile(number).word === '9000');
    expect(found).toEqual(files);
  });

  it('changes nothing where it fails', () => {
    driver.selectApplication();
    driver.verify('98', '1234');
    driver.selectFile('0008');
    expect(driver.selectFile('0099').word).toBe('6a82');
    expect(driver.send('00 A4 04 0C 05 A000000000').word).toBe('6a82');
    expect(driver.send('00 B0 00 00 00').data).toHaveLength(3);
    expect(driver.send('80 2A 00 97 01 00 00').word).toBe('9000');
  });

  it('of the application again forgets the file and the login', () => {
    driver.selectApplication();
    driver.verify('98', '1234');
    driver.selectApplication();
    expect(driver.send('00 B0 00 00 00').word).toBe('6986');
    expect(driver.send('80 2A 00 97 01 00 00').word).toBe('6982');
  });
});

describe('READ BINARY', () => {
  beforeEach(() => {
    driver.selectApplication();
  });

  it.each([
    ['86', 160],
    ['88', 3],
    ['82', 1900],
    ['8A', 2000],
    ['8B', 1900],
  ])('gives the whole of the free file %s, zeros after its content', (shortId, size) => {
    const parts = [driver.send(`00 B0 ${shortId} 00 00`).data];
    for (let offset = 256; offset < size; offset += 256) {
      parts.push(driver.send(`00 B0 ${offset.toString(16).padStart(4, '0')} 00`).data);
    }
    const whole = Uint8Array.from(Buffer.concat(parts));
    expect(whole).toHaveLength(size);
    if (shortId === '8A') {
      const { certificate } = material.holder.authentication;
      expect(whole.subarray(0, certificate.length)).toEqual(certificate);
      expect(whole.subarray(certificate.length).every((byte) => byte === 0)).toBe(true);
    }
  });

  it('gives what is there where more is asked for', () => {
    expect(driver.send('00 B0 86 00 00')).toMatchObject({ word: '9000' });
    expect(driver.send('00 B0 00 9F 00').data).toHaveLength(1);
  });

  it('says so at the end and past it', () => {
    driver.selectFile('0008');
    expect(driver.send('00 B0 00 03 00').word).toBe('6b00');
    expect(driver.send('00 B0 7F FF 00').word).toBe('6b00');
  });

  it('by short id makes the file current; short id 0 is the current file', () => {
    expect(driver.send('00 B0 80 00 00').word).toBe('6986');
    driver.send('00 B0 88 00 00');
    expect(driver.send('00 B0 00 02 00').data).toHaveLength(1);
    expect(driver.send('00 B0 80 01 00').data).toHaveLength(2);
  });

  it('knows no other short ids', () => {
    expect(driver.send('00 B0 83 00 00').word).toBe('6a82');
    expect(driver.send('00 B0 CA 00 00').word).toBe('6a86');
  });

  it.each(['96', '97', '98', '9A', '9B'])('does not read the file %s, which is no data', (shortId) => {
    expect(driver.send(`00 B0 ${shortId} 00 00`).word).toBe('6981');
  });

  it('needs an Le, short unless the card takes longer ones', () => {
    expect(driver.send('00 B0 8A 00').word).toBe('6700');
    expect(driver.send('00 B0 8A 00 00 0200').word).toBe('6700');
    put({ extendedRead: true });
    driver.selectApplication();
    expect(driver.send('00 B0 8A 00 00 0600').data).toHaveLength(0x600);
  });

  it('gives the signature certificate after its own PIN alone', () => {
    driver.verify('98', '1234');
    expect(driver.send('00 B0 81 00 00').word).toBe('6982');
    driver.verify('9B', 'ABC123');
    expect(driver.send('00 B0 81 00 00').data).toHaveLength(256);
  });
});

describe('classes', () => {
  it.each([
    ['10', '6884'],
    ['04', '6882'],
    ['0C', '6882'],
    ['01', '6881'],
    ['03', '6881'],
    ['40', '6881'],
    ['20', '6e00'],
    ['A0', '6e00'],
    ['FF', '6e00'],
    ['90', '6884'],
    ['84', '6882'],
  ])('%s is refused with %s', (cla, word) => {
    driver.selectApplication();
    expect(driver.send(`${cla} 84 00 00 20`).word).toBe(word);
  });

  it('are told from instructions that nobody knows', () => {
    driver.selectApplication();
    expect(driver.send('80 84 00 00 20').word).toBe('6e00');
    expect(driver.send('00 A2 06 C1').word).toBe('6e00');
    expect(driver.send('00 C0 00 00 00').word).toBe('6d00');
    expect(driver.send('00 22 81 B6').word).toBe('6d00');
  });

  it('open no second channel', () => {
    driver.selectApplication();
    expect(driver.send('00 70 00 00 01').word).toBe('6881');
  });
});

describe('GET CHALLENGE', () => {
  it('gives as many bytes as asked for, each time others', () => {
    driver.selectApplication();
    const first = driver.send('00 84 00 00 20').data;
    expect(first).toHaveLength(32);
    expect(driver.send('00 84 00 00 20').data).not.toEqual(first);
    expect(driver.send('00 84 00 00 00').data).toHaveLength(256);
    expect(driver.send('00 84 00 00').word).toBe('6700');
    expect(driver.send('00 84 00 01 20').word).toBe('6a86');
  });
});

describe('a card that knows the plain forms alone', () => {
  it.each([0x6a86, 0x6700])('refuses the others with the status word it was made with: %i', (refusal) => {
    put({ refuseShortIds: refusal, refuseHashSigning: refusal });
    const refused = refusal.toString(16);
    driver.selectApplication();
    expect(driver.send('00 B0 8A 00 00').word).toBe(refused);
    driver.selectFile('0018');
    expect(driver.verify('80', '1234').word).toBe('9000');
    driver.selectFile('0017');
    expect(driver.sendData('80 2A 02 80', new Uint8Array(32), '00').word).toBe(refused);
    expect(driver.sendData('80 2A 00 97', new Uint8Array(51), '00').word).toBe(refused);
    expect(driver.sendData('80 2A 00 80', new Uint8Array(51), '00').word).toBe('9000');
  });
});
