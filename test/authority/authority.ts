// The sandbox's J-LIS: it issues what cards carry and gates need, and answers for it. A stand-in for an
// organisation whose interfaces to verifiers are not public; the certificates follow the public profile.
import { X509Certificate } from 'node:crypto';
import { makeAuthorityKeys, type AuthorityKeys } from './authority-keys.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { CrlDescription, Reason } from './crl.ts';
import {
  algorithmOf,
  generations,
  type Algorithm,
  type Generation,
  type Purpose,
  type Validity,
} from './generations.ts';
import { inventedPerson } from './invented-people.ts';
import { credentialValidity, issueCredential } from './issue-credential.ts';
import { KeyPool } from './key-pool.ts';
import { LedgerFolder, type Ledger } from './ledger.ts';
import { OcspResponder, type OcspOptions } from './ocsp-responder.ts';
import type { Credential, Person, PersonOptions } from './person.ts';
import { caId, RevocationRegister, type Revocation } from './revocation-register.ts';
import { serveAuthority, type AuthorityServer } from './server.ts';
import { publicOf } from './signed.ts';
import type { TerminalProfile } from './terminal-certificates.ts';
import { issueTerminal, terminalRootOf, type TerminalKeys, type TerminalRoot } from './terminal-issuer.ts';
import { checkTerminalRequest } from './terminal-request.ts';

export interface AuthorityOptions {
  /** Where it keeps everything between runs; without one, nothing is kept. */
  readonly folder?: string;
  readonly now?: () => Date;
}

export interface Holder {
  readonly person: Person;
  readonly credential: Credential;
}

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
  readonly #keys: AuthorityKeys;
  readonly #revocations: RevocationRegister;
  readonly #responder: OcspResponder;
  readonly #pool = new KeyPool();
  readonly #people = new Map<string, Person>();
  readonly #holders = new Map<string, Holder>();

  /** Starts an authority, or goes on with the one kept in the folder. */
  static async create(options: AuthorityOptions = {}): Promise<Authority> {
    const folder = new LedgerFolder(options.folder);
    const now = options.now ?? ((): Date => new Date());
    return new Authority(folder, now, await makeAuthorityKeys(folder, now()));
  }

  private constructor(folder: LedgerFolder, now: () => Date, keys: AuthorityKeys) {
    this.#folder = folder;
    this.now = now;
    this.#keys = keys;
    this.#ledger = folder.ledger();
    this.#revocations = new RevocationRegister(this.#ledger, () => {
      this.#keep();
    });
    this.#responder = new OcspResponder({
      authorities: keys.authorities,
      responderKey: keys.responder,
      revocations: this.#revocations,
      isIssued: (ca, serial) => this.holder(ca, serial) !== undefined,
      now,
    });
    for (const person of folder.people()) this.#remember(person);
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

  /** The root that a user certificate names in its authority key identifier. */
  rootWithKey(purpose: Purpose, keyId: Uint8Array): CertificateAuthority | undefined {
    return this.#keys.authorities.find(
      (each) => each.purpose === purpose && Buffer.compare(each.keyId, keyId) === 0,
    );
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
    const algorithm = options.algorithm ?? algorithmOf(generation);
    const rootValidity = this.root('authentication', generation).validity;
    const validity = credentialValidity(rootValidity, attributes, options, this.now());
    const issue = (purpose: Purpose, serial: number | bigint = this.#nextSerial()): Credential =>
      issueCredential(this.root(purpose, options.unknownIssuer === true ? 'stranger' : generation), {
        serial: BigInt(serial),
        privateKey: options.privateKey ?? this.#pool.take(algorithm),
        validity,
        attributes,
      });
    const person: Person = {
      id: n.toString().padStart(8, '0'),
      ...(options.label === undefined ? {} : { label: options.label }),
      attributes,
      authentication: issue('authentication', options.serial),
      ...(options.withoutSignature === true
        ? {}
        : { signature: issue('signature', options.signatureSerial) }),
    };
    this.#remember(person);
    this.#keep(); // counters first: stopped in between, a number is lost and none is given twice
    this.#folder.keepPerson(person);
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

  /** Into whom a person's certificates were renewed, once. */
  renewalOf(person: Person): { person: Person; at: Date } | undefined {
    const link = this.#ledger.renewals.find((each) => each.from === person.id);
    const next = link === undefined ? undefined : this.#people.get(link.to);
    return link === undefined || next === undefined ? undefined : { person: next, at: new Date(link.at) };
  }

  revoke(certificate: Uint8Array, reason: Reason = 'unspecified', at: Date = this.now()): void {
    const { ca, serial } = this.#identify(certificate);
    this.#revocations.revoke(ca, serial, { reason, at });
  }

  /** Lifts a hold: the card was found again. */
  release(certificate: Uint8Array): void {
    const { ca, serial } = this.#identify(certificate);
    this.#revocations.release(ca, serial);
  }

  /** Whether a serial of a root is revoked, and why. */
  revocation(ca: CertificateAuthority, serial: Uint8Array): Revocation | undefined {
    return this.#revocations.find(ca, serial);
  }

  /** The holder of a certificate, by the root that signed it and its serial. */
  holder(ca: CertificateAuthority, serial: Uint8Array): Holder | undefined {
    return this.#holders.get(holderId(ca, serial));
  }

  /** ③: which authentication certificate the holder of this signature certificate has. */
  correspondence(signatureCertificate: Uint8Array): Credential | undefined {
    const { ca, serial } = this.#identify(signatureCertificate);
    return ca.purpose === 'signature' ? this.holder(ca, serial)?.person.authentication : undefined;
  }

  /** The current CRL of a root. With overrides, one made for the occasion, which is not kept. */
  crl(purpose: Purpose, generation: Generation, overrides?: Partial<CrlDescription>): Uint8Array {
    const ca = this.root(purpose, generation);
    return overrides === undefined
      ? this.#revocations.crl(ca, this.now())
      : this.#revocations.crlWith(ca, this.now(), overrides);
  }

  /** Everything over HTTP, on a free port of this machine alone. */
  async serve(): Promise<AuthorityServer> {
    return serveAuthority(this);
  }

  /** Answers an OCSP request. */
  ocsp(request: Uint8Array, options?: OcspOptions): Uint8Array {
    return this.#responder.answer(request, options);
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

  #identify(certificate: Uint8Array): { ca: CertificateAuthority; serial: Uint8Array } {
    const read = new X509Certificate(certificate);
    const ca = this.#keys.authorities.find((each) => read.verify(publicOf(each.key)));
    if (ca === undefined) throw new Error('Not a certificate of this authority.');
    return { ca, serial: Buffer.from(read.serialNumber, 'hex') };
  }

  #remember(person: Person): void {
    this.#people.set(person.id, person);
    for (const credential of [person.authentication, person.signature]) {
      if (credential === undefined) continue;
      this.#holders.set(holderId(credential, credential.serial), { person, credential });
    }
  }

  #nextSerial(): number {
    return (this.#ledger.nextSerial += 1);
  }

  #keep(): void {
    this.#folder.keepLedger(this.#ledger);
  }
}

function holderId(ca: Pick<CertificateAuthority, 'purpose' | 'generation'>, serial: Uint8Array): string {
  return `${caId(ca)}/${Buffer.from(serial).toString('hex')}`;
}
