import { join } from 'node:path';
import { writePem } from '../certificate/pem.ts';
import { purposes, type Purpose } from '../certificate/purpose.ts';
import { importRoot, RootError, type Root } from '../certificate/root.ts';
import { TrustError } from './trust-error.ts';
import { filesIn, readSmallFile, writeWhole } from './trust-folder.ts';
import { readTerminalRootFile, type TerminalRoot, writeTerminalRootFile } from './terminal-root.ts';

/** A file in the store that was not taken, and why. */
export interface RefusedFile {
  readonly file: string;
  readonly reason: string;
}

const TERMINAL = 'terminal';

/**
 * What an operator trusts, as a folder of public files: `authentication/` and `signature/` hold roots,
 * `terminal/` the keys of J-LIS that sign terminal certificates. Each file is named by the fingerprint of
 * what is in it, and each is checked again as it is read: one that was damaged, exchanged or put there by
 * hand under another name is refused by its name, and the others still count.
 *
 * @example
 * const store = await TrustStore.open(join(state, 'trust'));
 * checkCertificate(der, { purpose: 'authentication', roots: store.roots('authentication'), at: new Date() });
 */
export class TrustStore {
  readonly folder: string;
  readonly #roots: Record<Purpose, Root[]> = { authentication: [], signature: [] };
  readonly #terminalRoots: TerminalRoot[] = [];
  readonly #refused: RefusedFile[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Reads the folder, which need not be there yet. */
  static async open(folder: string): Promise<TrustStore> {
    const store = new TrustStore(folder);
    for (const purpose of purposes) {
      await store.#load(join(folder, purpose), '.pem', (bytes) => {
        const root = importRoot(bytes);
        return { root, keep: () => store.#roots[purpose].push(root) };
      });
    }
    await store.#load(join(folder, TERMINAL), '.json', (bytes) => {
      const root = readTerminalRootFile(Buffer.from(bytes).toString('utf8'));
      return { root, keep: () => store.#terminalRoots.push(root) };
    });
    return store;
  }

  /** The roots for one purpose. */
  roots(purpose: Purpose): readonly Root[] {
    return this.#roots[purpose];
  }

  /** J-LIS's keys for terminal certificates; those of one card profile, or all. */
  terminalRoots(profile?: string): readonly TerminalRoot[] {
    return this.#terminalRoots.filter((root) => profile === undefined || root.profile === profile);
  }

  /** The files that were not taken. */
  get refused(): readonly RefusedFile[] {
    return this.#refused;
  }

  /** Adds a root; adding it again changes nothing. */
  async addRoot(root: Root, purpose: Purpose): Promise<void> {
    const text = writePem(root.certificate.der, 'CERTIFICATE');
    await writeWhole(join(this.folder, purpose), `${root.fingerprint}.pem`, text);
    addOnce(this.#roots[purpose], root);
  }

  /** Adds a key of J-LIS for terminal certificates; adding it again changes its profile and reference. */
  async addTerminalRoot(root: TerminalRoot): Promise<void> {
    await writeWhole(join(this.folder, TERMINAL), `${root.fingerprint}.json`, writeTerminalRootFile(root));
    addOnce(this.#terminalRoots, root);
  }

  async #load(
    folder: string,
    ending: string,
    read: (bytes: Uint8Array) => { root: { fingerprint: string }; keep: () => void },
  ): Promise<void> {
    for (const name of await filesIn(folder, ending)) {
      const file = join(folder, name);
      try {
        const { root, keep } = read(await readSmallFile(file));
        requireName(name, `${root.fingerprint}${ending}`);
        keep();
      } catch (error) {
        if (!(error instanceof TrustError) && !(error instanceof RootError)) throw error;
        this.#refused.push({ file, reason: error.message });
      }
    }
  }
}

function requireName(name: string, expected: string): void {
  if (name === expected) return;
  throw new TrustError(
    'name-differs',
    'The file holds something else than its name says; remove it, and add the right one with trust add.',
  );
}

function addOnce<T extends { readonly fingerprint: string }>(list: T[], item: T): void {
  const at = list.findIndex((each) => each.fingerprint === item.fingerprint);
  list.splice(at < 0 ? list.length : at, at < 0 ? 0 : 1, item);
}
