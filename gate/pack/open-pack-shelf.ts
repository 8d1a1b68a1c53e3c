import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readListKeys } from './list-keys.ts';
import { PackShelf } from './pack-shelf.ts';
import { openTakenVersions } from './versions-database.ts';

/** The part of a gate's configuration that its packs need. */
export interface PackPlace {
  readonly state: string;
  readonly listKeys: readonly string[];
  readonly gateGroup: string;
}

export interface OpenShelf {
  readonly shelf: PackShelf;
  readonly close: () => void;
}

/** A gate's shelf of packs in its state folder, and how to close it. */
export function openPackShelf({ state, listKeys, gateGroup }: PackPlace): OpenShelf {
  const verifyKeys = readListKeys(listKeys);
  const folder = join(state, 'packs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const taken = openTakenVersions(join(folder, 'versions.sqlite'));
  return {
    shelf: new PackShelf({ folder, taken, verifyKeys, gateGroup }),
    close: () => {
      taken.close();
    },
  };
}
