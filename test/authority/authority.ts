// The sandbox's J-LIS: it issues what cards carry and gates need, and answers for it. A stand-in for an
// organisation whose interfaces to verifiers are not public; the certificates follow the public profile.
import { X509Certificate, type KeyObject } from 'node:crypto';
import { certificateAuthority, type CertificateAuthority } from './certificate-authority.ts';
import { writeUserCertificate } from './certificates.ts';
import { crlExtensions, writeCrl, type CrlDescription, type Reason } from './crl.ts';
import {
  algorithmOf,
  generations,
  purposes,
  validityOf,
  type Algorithm,
  type Generation,
  type Purpose,
  type Validity,
} from './generations.ts';
import {
  inventedPerson,
  subjectAltNameOf,
  untilFifthBirthday,
  type InventedPerson,
} from './invented-people.ts';
import { KeyPool, makeKey } from './key-pool.ts';
import { LedgerFolder, type Ledger } from './ledger.ts';
import { opaqueSubject } from './names.ts';
import type { Credential, Person, PersonOptions } from './person.ts';
import { publicOf } from './signed.ts';
import type { TerminalProfile } from './terminal-certificates.ts';
import { issueTerminal, terminalRootOf, type TerminalKeys, type TerminalRoot } from './terminal-issuer.ts';
import { checkTerminalRequest } from './terminal-request.ts';

export interface AuthorityOptions {
  /** Where it keeps everything between runs; without one, nothing is kept. */
  readonly folder?: string;
  readonly now?: () => Date;
}

export interface Revocation {
  readonly reason: Reason;
  readonly at: Date;
}

interface Keys {
  readonly authorities: readonly CertificateAuthority[];
  readonly terminals: readonly TerminalKeys[];
}

const day = 86_400_000;
const crlLifetime = 2 * day;

/**
 * @example
 * const authority = await Authority.create();
 * const person = authority.issuePerson({ generation: 2019 });
 * authority.revoke(person.authentication.certificate, 'cessationOfOperation');
 */
export class Authority {
  readonly now: () => Date;
  readonly #folder: LedgerFolder;
  readonly #ledger: Ledger;
  readonly #keys: Keys;
  readonly #pool = new KeyPool();
  readonly #people = new Map<string, Person>();
  readonly #holders = new Map<string, { person: Person; credential: Credential }>();
  readonly #crls = new Map<string, { bytes: Uint8Array; issued: number }>();

  /** Starts an authority, or goes on with the one kept in the folder. */
  static async create(options: AuthorityOptions = {}): Promise<Authority> {
    const folder = new LedgerFolder(options.folder);
    const now = options.now ?? ((): Date => new Date());
    return new Authority(folder, now, await makeKeys(folder, now()));
  }

  private constructor(folder: LedgerFolder, now: () => Date, keys: Keys) {
    this.#folder = folder;
    this.now = now;
    this.#keys = keys;
    this.#ledger = folder.ledger();
    for (const person of folder.people()) {
      this.#remember(person);
      this.#skipPast(person);
    }
  }

  /** The roots that an operator configures for a purpose, oldest first; the last is P-384. */
  rootCertificates(purpose: Purpose): Uint8Array[] {
    return generations.map((generation) => this.root(purpose, generation).certificate);
  }

  root(purpose: Purpose, generation: Generation | 'stranger'): CertificateAuthority {
    const found = this.#keys.authorities.find(
      (each) => each.purpose === purpose && each.generation === generation,
    );
    if (found === undefined) throw new Error(`There is no ${purpose} root of ${generation}.`);
    return found;
  }

  /** Makes keys ahead, in parallel: two for each person with a signature certificate. */
  async prepareKeys(count: number, algorithm?: Algorithm): Promise<void> {
    await this.#pool.prepare(count, algorithm);
  }

  /** Issues the certificates of one card to someone who does not exist. */
  issuePerson(options: PersonOptions = {}): Person {
    const n = (this.#ledger.people += 1);
    const attributes = options.attributes ?? inventedPerson(n);
    const generation = options.generation ?? (options.algorithm === 'p384' ? 'next' : 2023);
    const issuer = options.unknownIssuer === true ? 'stranger' : generation;
    const validity = this.#validity(generation, attributes, options);
    const issue = (purpose: Purpose, serial: number | bigint | undefined): Credential =>
      this.#issue(this.root(purpose, issuer), {
        serial: BigInt(serial ?? this.#nextSerial()),
        algorithm: options.algorithm ?? algorithmOf(generation),
        validity,
        ...(purpose === 'signature' ? { attributes } : {}),
      });
    const authentication = issue('authentication', options.serial);
    const person: Person = {
      id: n.toString().padStart(8, '0'),
      ...(options.label === undefined ? {} : { label: options.label }),
      attributes,
      authentication,
      ...(options.withoutSignature === true
        ? {}
        : { signature: issue('signature', options.signatureSerial) }),
    };
    this.#remember(person);
    this.#folder.keepPerson(person);
    this.#keep();
    return person;
  }

  /** Everyone issued to so far, in this run and those before. */
  people(): Person[] {
    return [...this.#people.values()];
  }

  /** Whoever was last issued a card under that label. */
  personLabelled(label: string): Person | undefined {
    return this.people().findLast((person) => person.label === label);
  }

  /** New certificates for the same person; the old ones are revoked as superseded, and linked. */
  renew(person: Person, options: PersonOptions = {}): Person {
    const renewed = this.issuePerson({
      attributes: person.attributes,
      withoutSignature: person.signature === undefined,
      ...(person.label === undefined ? {} : { label: person.label }),
      ...options,
    });
    this.revoke(person.authentication.certificate, 'superseded');
    if (person.signature !== undefined) this.revoke(person.signature.certificate, 'superseded');
    this.#ledger.renewals.push({ from: person.id, to: renewed.id, at: this.now().toISOString() });
    this.#keep();
    return renewed;
  }

  /** Whom a person's certificates were renewed into, once. */
  renewalOf(person: Person): { person: Person; at: Date } | undefined {
    const link = this.#ledger.renewals.find((each) => each.from === person.id);
    const next = link === undefined ? undefined : this.#people.get(link.to);
    return link === undefined || next === undefined ? undefined : { person: next, at: new Date(link.at) };
  }

  revoke(certificate: Uint8Array, reason: Reason = 'unspecified', at: Date = this.now()): void {
    const { caName, serial } = this.#identify(certificate);
    this.#ledger.revocations = this.#ledger.revocations.filter(
      (each) => each.ca !== caName || each.serial !== serial,
    );
    this.#ledger.revocations.push({ ca: caName, serial, reason, at: at.toISOString() });
    this.#crls.delete(caName);
    this.#keep();
  }

  /** Lifts a hold: the card was found again. */
  release(certificate: Uint8Array): void {
    const { caName, serial } = this.#identify(certificate);
    this.#ledger.revocations = this.#ledger.revocations.filter(
      (each) => each.ca !== caName || each.serial !== serial,
    );
    this.#crls.delete(caName);
    this.#keep();
  }

  /** Whether a serial of a root is revoked, and why. */
  revocation(ca: CertificateAuthority, serial: Uint8Array): Revocation | undefined {
    const found = this.#ledger.revocations.find(
      (each) => each.ca === nameOfCa(ca) && each.serial === hex(serial),
    );
    return found === undefined ? undefined : { reason: found.reason as Reason, at: new Date(found.at) };
  }

  /** The holder of a certificate, by the root that signed it and its serial. */
  holder(
    ca: CertificateAuthority,
    serial: Uint8Array,
  ): { person: Person; credential: Credential } | undefined {
    return this.#holders.get(`${nameOfCa(ca)}/${hex(serial)}`);
  }

  /** ③: which authentication certificate the holder of this signature certificate has. */
  correspondence(signatureCertificate: Uint8Array): Credential | undefined {
    const { caName, serial } = this.#identify(signatureCertificate);
    const found = this.#holders.get(`${caName}/${serial}`);
    return found?.credential.purpose === 'signature' ? found.person.authentication : undefined;
  }

  /** The current CRL of a root. With overrides, one made for the occasion, which is not kept. */
  crl(purpose: Purpose, generation: Generation, overrides: Partial<CrlDescription> = {}): Uint8Array {
    const ca = this.root(purpose, generation);
    const name = nameOfCa(ca);
    const now = this.now();
    const current = this.#crls.get(name);
    const plain = Object.keys(overrides).length === 0;
    if (plain && current !== undefined && now.getTime() - current.issued < crlLifetime / 4)
      return current.bytes;
    const number = (this.#ledger.crlNumbers[name] ?? 0) + 1;
    const bytes = writeCrl({
      issuer: ca.name,
      issuerKey: ca.key,
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + crlLifetime),
      revoked: this.#ledger.revocations
        .filter((each) => each.ca === name)
        .map((each) => ({
          serial: BigInt(`0x${each.serial}`),
          at: new Date(each.at),
          reason: each.reason as Reason,
        })),
      extensions: crlExtensions(purpose, ca.key, BigInt(number)),
      ...overrides,
    });
    if (plain) {
      this.#ledger.crlNumbers[name] = number;
      this.#crls.set(name, { bytes, issued: now.getTime() });
      this.#keep();
    }
    return bytes;
  }

  /** The key with which cards of a profile verify terminal certificates. */
  terminalRoot(profile: TerminalProfile): TerminalRoot {
    return terminalRootOf(this.#terminalKeys(profile));
  }

  /** Certifies a terminal key: `block 1 ‖ block 2`, or a chain of 7F21. Throws where the proof is wrong. */
  issueTerminalCertificate(request: unknown, profile: TerminalProfile, validity?: Validity): Uint8Array {
    const checked = checkTerminalRequest(request);
    const keys = this.#terminalKeys(profile);
    const bytes = issueTerminal(keys, checked, this.#ledger.terminalCertificates, this.now(), validity);
    this.#ledger.terminalCertificates += 1;
    this.#keep();
    return bytes;
  }

  #terminalKeys(profile: TerminalProfile): TerminalKeys {
    const keys = this.#keys.terminals.find((each) => each.profile === profile);
    if (keys === undefined) throw new Error(`There is no terminal root for ${profile}.`);
    return keys;
  }

  #issue(
    ca: CertificateAuthority,
    user: { serial: bigint; algorithm: Algorithm; validity: Validity; attributes?: InventedPerson },
  ): Credential {
    const privateKey = this.#pool.take(user.algorithm);
    const certificate = writeUserCertificate(
      ca.purpose,
      {
        serial: user.serial,
        issuerKey: ca.key,
        subject: opaqueSubject(),
        validity: user.validity,
        publicKey: publicOf(privateKey),
      },
      user.attributes === undefined ? undefined : subjectAltNameOf(user.attributes),
    );
    return {
      purpose: ca.purpose,
      generation: ca.generation,
      certificate,
      privateKey,
      serial: Buffer.from(evenHex(user.serial.toString(16)), 'hex'),
      caCertificate: ca.certificate,
    };
  }

  #validity(generation: Generation, attributes: InventedPerson, options: PersonOptions): Validity {
    const now = this.now().getTime();
    const ca = this.root('authentication', generation).validity;
    if (options.validity !== undefined) return options.validity;
    if (options.notYetValid === true) {
      const notBefore = new Date(now + day);
      return { notBefore, notAfter: untilFifthBirthday(attributes, notBefore) };
    }
    if (options.expired === true) {
      return { notBefore: new Date(now - 5 * 365 * day), notAfter: new Date(now - day) };
    }
    const issued = Math.max(
      ca.notBefore.getTime(),
      Math.min(now - 100 * day, ca.notAfter.getTime() - 200 * day),
    );
    const notBefore = new Date(issued - (issued % 1000));
    return { notBefore, notAfter: untilFifthBirthday(attributes, notBefore) };
  }

  #identify(certificate: Uint8Array): { caName: string; serial: string } {
    const read = new X509Certificate(certificate);
    const ca = this.#keys.authorities.find((each) => read.verify(publicOf(each.key)));
    if (ca === undefined) throw new Error('Not a certificate of this authority.');
    return { caName: nameOfCa(ca), serial: read.serialNumber.toLowerCase() };
  }

  #remember(person: Person): void {
    this.#people.set(person.id, person);
    for (const credential of [person.authentication, person.signature]) {
      if (credential === undefined) continue;
      this.#holders.set(`${nameOfCa(credential)}/${hex(credential.serial)}`, { person, credential });
    }
  }

  #nextSerial(): number {
    return (this.#ledger.nextSerial += 1);
  }

  /** A run that was stopped may have kept a person, but not yet the counters. */
  #skipPast(person: Person): void {
    this.#ledger.people = Math.max(this.#ledger.people, Number(person.id));
  }

  #keep(): void {
    this.#folder.keepLedger(this.#ledger);
  }
}

async function makeKeys(folder: LedgerFolder, now: Date): Promise<Keys> {
  const key = async (name: string, algorithm: Algorithm): Promise<KeyObject> =>
    folder.key(name) ?? folder.keepKey(name, await makeKey(algorithm));
  const root = async (
    purpose: Purpose,
    generation: Generation | 'stranger',
  ): Promise<CertificateAuthority> => {
    const like = generation === 'stranger' ? 2023 : generation;
    const name = `${purpose}-${generation}`;
    const kept = folder.root(name);
    const ca = certificateAuthority(
      purpose,
      generation,
      await key(name, algorithmOf(like)),
      validityOf(like, now),
      kept,
    );
    if (kept === undefined) folder.keepRoot(name, ca.certificate);
    return ca;
  };
  const [authorities, terminals] = await Promise.all([
    Promise.all(
      purposes.flatMap((purpose) =>
        [...generations, 'stranger' as const].map((generation) => root(purpose, generation)),
      ),
    ),
    Promise.all(
      (['jpki-rsa', 'eac-rsa', 'eac-p384'] as const).map(async (profile) => {
        const algorithm = profile === 'eac-p384' ? 'p384' : 'rsa2048';
        return {
          profile,
          root: await key(`terminal-${profile}`, algorithm),
          verifier: profile === 'jpki-rsa' ? undefined : await key(`verifier-${profile}`, algorithm),
        };
      }),
    ),
  ]);
  return { authorities, terminals };
}

function nameOfCa(ca: Pick<CertificateAuthority, 'purpose' | 'generation'>): string {
  return `${ca.purpose}-${ca.generation}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function evenHex(digits: string): string {
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
