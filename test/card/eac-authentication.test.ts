import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CvDescription, writeCvCertificate } from '../authority/terminal-certificates.ts';
import { type CardDriver, driveCard } from './card-driver.ts';
import { type CardMaterial, cardMaterial, keyPair } from './card-material.ts';
import { algorithmOf } from './cv-certificate.ts';
import type { JpkiCard } from './jpki-card.ts';
import { ordinaryCard } from './ordinary-card.ts';

const day = (iso: string): Date => new Date(`${iso}T00:00:00Z`);
const references = { root: 'JPROOT00001', verifier: 'JPVERIFIER00001', terminal: 'JPTERMINAL00001' };
const validity = { notBefore: day('2026-01-01'), notAfter: day('2027-12-31') };

describe.each([
  { profile: 'eac-rsa', kind: 'rsa', hashLength: 32, signed: 256 },
  { profile: 'eac-p384', kind: 'ec', hashLength: 48, signed: 96 },
] as const)('terminal authentication by $profile', ({ profile, kind, hashLength, signed }) => {
  let material: CardMaterial;
  let verifierKey: KeyObject;
  let verifier: CvDescription;
  let terminal: CvDescription;
  let card: JpkiCard;
  let driver: CardDriver;

  beforeAll(() => {
    material = cardMaterial(kind, Buffer.from(references.root));
    verifierKey = keyPair(kind).privateKey;
    verifier = {
      authorityReference: references.root,
      issuerKey: material.rootKey,
      holderReference: references.verifier,
      publicKey: createPublicKey(verifierKey),
      role: 'document-verifier',
      validity,
    };
    terminal = {
      authorityReference: references.verifier,
      issuerKey: verifierKey,
      holderReference: references.terminal,
      publicKey: createPublicKey(material.terminalKey),
      role: 'terminal',
      validity,
    };
  });

  beforeEach(() => {
    card = ordinaryCard({ ...material, profile, latestDay: day('2026-06-01') });
    driver = driveCard(card);
    driver.selectApplication();
  });

  const named = (tag: number, text: string): Uint8Array =>
    Buffer.concat([Buffer.from([tag, text.length]), Buffer.from(text, 'latin1')]);

  /** Sends a command with whatever length its data needs. */
  function send(header: string, data: Uint8Array): string {
    return (data.length < 256 ? driver.sendData(header, data) : driver.sendLong(header, data)).word;
  }

  /** Loads one certificate under its issuer's reference; both status words. */
  function present(certificate: Uint8Array, issuer: string): string[] {
    // The 7F21 around it is not sent: its header has 3 to 5 bytes.
    const header = certificate[2] === 0x82 ? 5 : certificate[2] === 0x81 ? 4 : 3;
    return [send('00 22 81 B6', named(0x83, issuer)), send('00 2A 00 BE', certificate.subarray(header))];
  }

  const load = (
    change: Partial<CvDescription> = {},
    verifierChange: Partial<CvDescription> = {},
  ): string[] => [
    ...present(writeCvCertificate({ ...verifier, ...verifierChange }), references.root),
    ...present(writeCvCertificate({ ...terminal, ...change }), references.verifier),
  ];

  const choose = (reference = references.terminal, algorithm = algorithmOf[kind]): string =>
    send(
      '00 22 81 A4',
      Buffer.concat([Buffer.from([0x80, algorithm.length]), algorithm, named(0x83, reference)]),
    );

  const challenge = (): Uint8Array => driver.send('00 84 00 00 08').data;

  function prove(over: Uint8Array, key = material.terminalKey, reference = references.terminal): string {
    const message = Buffer.concat([over, Buffer.from(reference, 'latin1')]);
    const signature =
      kind === 'rsa'
        ? sign('sha256', message, key)
        : sign('sha384', message, { key, dsaEncoding: 'ieee-p1363' });
    return send('00 82 00 00', signature);
  }

  function signing(): string {
    const { word, data } = driver.sendData('80 2A 02 97', new Uint8Array(hashLength), '00');
    expect(data).toHaveLength(word === '9000' ? signed : 0);
    return word;
  }

  const good = ['9000', '9000', '9000', '9000'];

  it('lets the authentication key sign after chain, choice and proof', () => {
    expect(load()).toEqual(good);
    expect(choose()).toBe('9000');
    expect(signing()).toBe('6982');
    expect(prove(challenge())).toBe('9000');
    expect([signing(), signing()]).toEqual(['9000', '9000']);
    expect(driver.sendData('80 2A 02 9A', new Uint8Array(hashLength), '00').word).toBe('6982');
  });

  it('takes a challenge for the very next command only', () => {
    load();
    choose();
    const early = challenge();
    driver.send('00 B0 8A 00 00');
    expect(prove(early)).toBe('6985');
    const broken = challenge();
    driver.send('00 B0');
    expect(prove(broken)).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('takes a challenge once', () => {
    load();
    choose();
    const used = challenge();
    expect(prove(used)).toBe('9000');
    expect(prove(used)).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('refuses a proof by another key, over another name, or over another challenge', () => {
    load();
    choose();
    expect(prove(challenge(), keyPair(kind).privateKey)).toBe('6982');
    expect(prove(challenge(), material.terminalKey, references.verifier)).toBe('6982');
    challenge();
    expect(prove(new Uint8Array(8))).toBe('6982');
    expect(signing()).toBe('6982');
  });

  it('refuses a proof where no key was chosen', () => {
    load();
    expect(prove(challenge())).toBe('6985');
    expect(choose(references.verifier)).toBe('6a88');
    expect(choose('JPNOBODY')).toBe('6a88');
    expect(choose(references.terminal, algorithmOf[kind === 'rsa' ? 'ec' : 'rsa'])).toBe('6a80');
    expect(prove(challenge())).toBe('6985');
    expect(signing()).toBe('6982');
  });

  it('forgets everything when the application is selected again, and on reset', () => {
    load();
    choose();
    prove(challenge());
    driver.selectApplication();
    expect(signing()).toBe('6982');
    expect(choose()).toBe('6a88');
    load();
    choose();
    prove(challenge());
    card.reset();
    driver.selectApplication();
    expect(signing()).toBe('6982');
  });

  it('ends with the next certificate', () => {
    load();
    choose();
    prove(challenge());
    expect(present(writeCvCertificate(verifier), references.root)).toEqual(['9000', '9000']);
    expect(signing()).toBe('6982');
  });

  it('refuses certificates by unknown issuers, and wrongly signed ones', () => {
    const stranger = keyPair(kind).privateKey;
    expect(present(writeCvCertificate(terminal), references.verifier)).toEqual(['6a88', '6985']);
    expect(present(writeCvCertificate({ ...verifier, issuerKey: stranger }), references.root)).toEqual([
      '9000',
      '6a80',
    ]);
    expect(load({ issuerKey: stranger })).toEqual([...good.slice(1), '6a80']);
    expect(load({ authorityReference: references.root })).toEqual([...good.slice(1), '6a88']);
    expect(choose()).toBe('6a88');
  });

  it('refuses certificates whose roles are not root, verifier, terminal', () => {
    expect(load({}, { role: 'terminal' })).toEqual(['9000', '6985', '6a88', '6985']);
    expect(load({}, { role: 'root' })).toEqual(['9000', '6985', '6a88', '6985']);
    expect(load({ role: 'document-verifier' })).toEqual([...good.slice(1), '6985']);
    expect(choose()).toBe('6a88');
  });

  it('refuses certificates that had ended on the latest day that the card knows', () => {
    const ended = { notBefore: day('2026-01-01'), notAfter: day('2026-05-31') };
    expect(load({}, { validity: ended })[1]).toBe('6985');
    expect(load({ validity: ended })).toEqual([...good.slice(1), '6985']);
    const lastDay = { notBefore: day('2026-01-01'), notAfter: day('2026-06-01') };
    expect(load({ validity: lastDay })).toEqual(good);
  });

  it('learns the date from the certificates that it trusts, over resets', () => {
    const later = { notBefore: day('2026-09-01'), notAfter: day('2027-12-31') };
    const soonOver = { notBefore: day('2026-01-01'), notAfter: day('2026-08-31') };
    expect(load({ validity: soonOver })).toEqual(good);
    expect(load({ validity: later })).toEqual(good);
    card.reset();
    driver.selectApplication();
    expect(load({ validity: soonOver })).toEqual([...good.slice(1), '6985']);
  });

  it('refuses a certificate in which any one byte is another', () => {
    const bytes = writeCvCertificate(verifier);
    for (let at = 5; at < bytes.length; at += 7) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      expect(present(changed, references.root)[1], `byte ${at}`).not.toBe('9000');
    }
  });

  it('refuses a key of the other kind', () => {
    const other = createPublicKey(keyPair(kind === 'rsa' ? 'ec' : 'rsa').privateKey);
    expect(load({}, { publicKey: other })[1]).toBe('6a80');
  });

  it('gives the reference of its root to read', () => {
    expect(Buffer.from(driver.send('00 B0 96 00 00').data).toString('latin1')).toBe(references.root);
  });
});
