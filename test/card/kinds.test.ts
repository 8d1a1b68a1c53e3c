import { createHash, createPublicKey, verify } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { driveCard } from './card-driver.ts';
import { type CardMaterial, cardMaterial, sandboxKeyId } from './card-material.ts';
import { tornCard } from './faulty-card.ts';
import { hostilities } from './hostile-card.ts';
import { cardKinds, type CardKindName, hostileKinds } from './kinds.ts';
import { ordinaryCard } from './ordinary-card.ts';
import { type TraceEntry, tracedCard } from './traced-card.ts';
import { twoFacedCard } from './two-faced-card.ts';
import type { VirtualCard } from './virtual-card.ts';

let material: CardMaterial;
let next: CardMaterial;
const message = Buffer.from('kazasu');

beforeAll(() => {
  material = cardMaterial('rsa', sandboxKeyId);
  next = cardMaterial('ec', Buffer.from('JPROOT00001'));
});

/** A card of a kind, made from what the authority would have issued for it. */
function cardOf(name: CardKindName): VirtualCard {
  const kind = cardKinds[name];
  const { holder, terminalRoot } = 'algorithm' in kind.holder ? next : material;
  const alone = 'withoutSignature' in kind.holder;
  return kind.make({ holder: alone ? { authentication: holder.authentication } : holder, terminalRoot });
}

/** Whether a signature with the PIN verifies with the key in the holder's certificate. */
function signsRightly(card: VirtualCard, { holder }: CardMaterial): boolean {
  const driver = driveCard(card);
  driver.selectApplication();
  if (driver.verify('98', '1234').word !== '9000') return false;
  const key = createPublicKey(holder.authentication.privateKey);
  const algorithm = key.asymmetricKeyType === 'ec' ? 'sha384' : 'sha256';
  const hash = createHash(algorithm).update(message).digest();
  const { data } = driver.sendData('80 2A 02 97', hash, '00');
  return verify(algorithm, message, { key, dsaEncoding: 'ieee-p1363' }, data);
}

function labelOf(card: VirtualCard): string {
  const driver = driveCard(card);
  driver.selectApplication();
  return Buffer.from(driver.send('00 B0 86 00 20').data).toString('latin1').trimEnd();
}

function presenceOf(card: VirtualCard): string {
  const driver = driveCard(card);
  driver.selectApplication();
  return Buffer.from(driver.send('00 B0 88 00 00').data).toString('hex');
}

describe('kinds of cards', () => {
  it.each([
    ['ordinary', 'JPKIAPICCTOKEN2', '8f8f00'],
    ['child', 'JPKIAPICCTOKEN2', '008f00'],
    ['face', 'JPKIAPICCTOKEN2', '008f00'],
    ['old-resident-card', 'JPKIAPICCTOKEN', '8f0000'],
    ['android', 'JPKIAPGPSETOKEN', '8f8f00'],
    ['iphone', 'JPKIAPIOSTOKEN', '8f8f00'],
    ['next-generation', 'JPKIAPICCTOKEN2', '8f8f00'],
  ] as const)('%s: its label is %s, and EF 0008 says %s', (name, label, presence) => {
    const card = cardOf(name);
    expect(labelOf(card)).toBe(label);
    expect(presenceOf(card)).toBe(presence);
  });

  it('tell in EF 0006 with 160 bytes what token they are', () => {
    const driver = driveCard(cardOf('ordinary'));
    driver.selectApplication();
    expect(driver.send('00 B0 86 00 00').data).toHaveLength(160);
  });

  it('child: its signature files are there, empty, with a PIN that was never set', () => {
    const driver = driveCard(cardOf('child'));
    driver.selectApplication();
    expect(driver.send('00 20 00 9B').word).toBe('63c0');
    expect(driver.verify('9B', 'ABC123').word).toBe('6984');
    expect(driver.send('00 B0 81 00 00').word).toBe('6982');
    expect(driver.verify('98', '1234').word).toBe('9000');
    expect(driver.sendData('80 2A 02 9A', new Uint8Array(32), '00').word).toBe('6982');
  });

  it('face: has no PIN at all', () => {
    const driver = driveCard(cardOf('face'));
    driver.selectApplication();
    for (const shortId of ['98', '9B']) expect(driver.send(`00 20 00 ${shortId}`).word).toBe('63c0');
    expect(driver.verify('98', '1234').word).toBe('6984');
  });

  it('old-resident-card: has no authentication files', () => {
    const driver = driveCard(cardOf('old-resident-card'));
    driver.selectApplication();
    for (const number of ['000A', '000B', '0016', '0017', '0018']) {
      expect(driver.selectFile(number).word).toBe('6a82');
    }
    expect(driver.verify('9B', 'ABC123').word).toBe('9000');
    expect(driver.sendData('80 2A 02 9A', new Uint8Array(32), '00').data).toHaveLength(256);
  });

  it.each([
    'ordinary',
    'child',
    'android',
    'iphone',
    'eac-rsa',
    'expired',
    'revoked',
    'unknown-issuer',
  ] as const)('%s: signs with the key of its certificate', (name) => {
    expect(signsRightly(cardOf(name), material)).toBe(true);
  });

  it('next-generation: signs with P-384', () => {
    expect(signsRightly(cardOf('next-generation'), next)).toBe(true);
  });

  it.each(['cloned', 'wrong-signature'] as const)(
    '%s: signs, but not with the key of its certificate',
    (name) => {
      const card = cardOf(name);
      expect(signsRightly(card, material)).toBe(false);
      const driver = driveCard(card);
      expect(driver.send('00 B0 8A 00 00').data).toEqual(
        material.holder.authentication.certificate.subarray(0, 256),
      );
      expect(driver.sendData('80 2A 02 97', new Uint8Array(32), '00').data).toHaveLength(256);
    },
  );

  it('altered-certificate: differs in one bit of the CA signature', () => {
    const driver = driveCard(cardOf('altered-certificate'));
    const { certificate } = material.holder.authentication;
    driver.selectApplication();
    driver.selectFile('000A');
    const offset = (certificate.length - 1).toString(16).padStart(4, '0');
    const [last = 0] = driver.send(`00 B0 ${offset} 01`).data;
    expect(last ^ (certificate.at(-1) ?? 0)).toBe(0x01);
  });

  it.each(['plain-forms', 'plain-forms-by-length'] as const)('%s: knows no short ids', (name) => {
    const driver = driveCard(cardOf(name));
    driver.selectApplication();
    expect(driver.send('00 B0 8A 00 00').word).toBe(name === 'plain-forms' ? '6a86' : '6700');
    driver.selectFile('000A');
    expect(driver.send('00 B0 00 00 00').data).toHaveLength(256);
  });

  it('foreign: knows no application', () => {
    const card = cardOf('foreign');
    const driver = driveCard(card);
    expect(driver.selectApplication().word).toBe('6a82');
    expect(driver.send('00 84 00 00 08').word).toBe('6d00');
    expect(card.atr).not.toEqual(cardOf('ordinary').atr);
  });

  it('torn: leaves in the middle of the command after its last, and for good', () => {
    const card = tornCard(ordinaryCard(material), 2);
    const read = Buffer.from('00b0880000', 'hex');
    const select = Buffer.from('00a4040c0ad392f000260100000001', 'hex');
    expect([card.transmit(select), card.transmit(read)].map((each) => each?.length)).toEqual([2, 5]);
    card.reset();
    expect([card.transmit(select), card.transmit(select)]).toEqual([undefined, undefined]);
  });

  it('slow: says how long a reader is to wait', () => {
    const command = Uint8Array.of(0x00, 0x84, 0x00, 0x00, 0x08);
    expect(cardOf('slow').delayOf?.(command, undefined)).toBe(100);
    expect(cardOf('ordinary').delayOf?.(command, undefined) ?? 0).toBe(0);
  });

  it('two-faced: shows the head of another certificate, however it is read', () => {
    const elses = new Uint8Array(1400).fill(0x5a);
    const driver = driveCard(twoFacedCard(ordinaryCard(material), elses));
    driver.selectApplication();
    expect(driver.send('00 B0 8A 00 00').data).toEqual(elses.subarray(0, 256));
    expect(driver.send('00 B0 01 00 10').data).toEqual(
      material.holder.authentication.certificate.subarray(256, 272),
    );
    driver.selectFile('000A');
    expect(driver.send('00 B0 00 F0 20').data).toEqual(
      Uint8Array.of(
        ...elses.subarray(0xf0, 256),
        ...material.holder.authentication.certificate.subarray(256, 272),
      ),
    );
    expect(driver.send('00 B0 88 00 00').data).toHaveLength(3);
  });
});

describe('hostile cards', () => {
  it('are all there, and each lies about something', () => {
    expect(hostileKinds.map(({ hostility }) => hostility)).toEqual(Object.keys(hostilities));
    const commands = [
      '00b08a0000',
      '0084000020',
      '00200098041234',
      '002000980431323334',
      `802a029720${'00'.repeat(32)}00`,
    ];
    for (const { hostility, kind } of hostileKinds) {
      const [liar, honest] = [kind.make(material), ordinaryCard(material)];
      const select = Buffer.from('00a4040c0ad392f000260100000001', 'hex');
      const differs = (['first', ...commands] as const).map((hex) => {
        const bytes = hex === 'first' ? select : Buffer.from(hex, 'hex');
        const [lie, truth] = [liar.transmit(bytes), honest.transmit(bytes)];
        // Challenges differ anyway, but not in their length.
        return hex.startsWith('0084')
          ? lie?.length !== truth.length
          : Buffer.compare(lie ?? select, truth) !== 0;
      });
      expect(differs, hostility).toContain(true);
    }
  });
});

describe('a traced card', () => {
  it('tells of every command, and never a PIN or what was read', () => {
    const entries: TraceEntry[] = [];
    const driver = driveCard(tracedCard(ordinaryCard(material), (entry) => entries.push(entry)));
    driver.selectApplication();
    driver.verify('98', '1234');
    driver.send('00 B0 8A 00 00');
    expect(entries.map(({ name, sent, received, status }) => [name, sent, received, status])).toEqual([
      ['SELECT', 15, 2, 0x9000],
      ['VERIFY', 9, 2, 0x9000],
      ['READ BINARY', 5, 258, 0x9000],
    ]);
    expect(Math.max(...entries.map(({ header }) => header.length))).toBe(4);
  });

  it('tells of a card that left', () => {
    const entries: TraceEntry[] = [];
    tracedCard(tornCard(ordinaryCard(material), 0), (entry) => entries.push(entry)).transmit(
      new Uint8Array(5),
    );
    expect(entries).toMatchObject([{ name: 'UNKNOWN', received: 0, status: undefined }]);
  });
});
