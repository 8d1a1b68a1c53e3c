// What the authority must not forget between runs: counters, revocations, who was renewed into whom.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential, Person } from './person.ts';

export interface Ledger {
  nextSerial: number;
  people: number;
  terminalCertificates: number;
  /** By CA, as `authentication-2023`. */
  crlNumbers: Record<string, number>;
  revocations: { ca: string; serial: string; reason: string; at: string }[];
  /** Old person's id to new. */
  renewals: { from: string; to: string; at: string }[];
}

/** Files under a folder; with no folder, nothing is kept. Private keys lie there in clear: a sandbox's. */
export class LedgerFolder {
  readonly #folder: string | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
    if (folder === undefined) return;
    for (const room of ['keys', 'roots', 'people']) mkdirSync(join(folder, room), { recursive: true });
  }

  ledger(): Ledger {
    const kept = this.#read('ledger.json');
    if (kept !== undefined) return JSON.parse(kept.toString()) as Ledger;
    return {
      nextSerial: 100_000_000,
      people: 0,
      terminalCertificates: 0,
      crlNumbers: {},
      revocations: [],
      renewals: [],
    };
  }

  keepLedger(ledger: Ledger): void {
    this.#write('ledger.json', `${JSON.stringify(ledger, null, 1)}\n`);
  }

  key(name: string): KeyObject | undefined {
    const kept = this.#read(join('keys', `${name}.pem`));
    return kept === undefined ? undefined : createPrivateKey(kept);
  }

  keepKey(name: string, key: KeyObject): KeyObject {
    this.#write(join('keys', `${name}.pem`), pem(key));
    return key;
  }

  root(name: string): Uint8Array | undefined {
    return this.#read(join('roots', `${name}.cer`));
  }

  keepRoot(name: string, certificate: Uint8Array): void {
    this.#write(join('roots', `${name}.cer`), certificate);
  }

  people(): Person[] {
    if (this.#folder === undefined) return [];
    const folder = join(this.#folder, 'people');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => revivePerson(JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptPerson));
  }

  keepPerson(person: Person): void {
    if (this.#folder === undefined) return;
    const { authentication, signature, ...rest } = person;
    const kept: KeptPerson = {
      ...rest,
      authentication: keptCredential(authentication),
      ...(signature === undefined ? {} : { signature: keptCredential(signature) }),
    };
    this.#write(join('people', `${person.id}.json`), `${JSON.stringify(kept, null, 1)}\n`);
  }

  #read(name: string): Buffer | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      return readFileSync(join(this.#folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Whole or not at all: a sandbox stopped in the middle starts again from what it had. */
  #write(name: string, content: string | Uint8Array): void {
    if (this.#folder === undefined) return;
    const path = join(this.#folder, name);
    writeFileSync(`${path}.new`, content, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

type KeptCredential = Pick<Credential, 'purpose' | 'generation'> &
  Record<'certificate' | 'serial' | 'caCertificate' | 'key', string>;
type KeptPerson = Omit<Person, 'authentication' | 'signature'> & {
  authentication: KeptCredential;
  signature?: KeptCredential;
};

function keptCredential(credential: Credential): KeptCredential {
  return {
    purpose: credential.purpose,
    generation: credential.generation,
    certificate: base64(credential.certificate),
    serial: Buffer.from(credential.serial).toString('hex'),
    caCertificate: base64(credential.caCertificate),
    key: pem(credential.privateKey),
  };
}

function reviveCredential(kept: KeptCredential): Credential {
  return {
    purpose: kept.purpose,
    generation: kept.generation,
    certificate: Buffer.from(kept.certificate, 'base64'),
    serial: Buffer.from(kept.serial, 'hex'),
    caCertificate: Buffer.from(kept.caCertificate, 'base64'),
    privateKey: createPrivateKey(kept.key),
  };
}

function revivePerson(kept: KeptPerson): Person {
  const { authentication, signature, ...rest } = kept;
  return {
    ...rest,
    authentication: reviveCredential(authentication),
    ...(signature === undefined ? {} : { signature: reviveCredential(signature) }),
  };
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
