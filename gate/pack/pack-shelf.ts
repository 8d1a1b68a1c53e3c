import { sentenceOf } from '../../hsm/program/sentence.ts';
import type { VerifyKey } from '../../hsm/seal/seal.ts';
import { claimedKind } from '../../ticketing/entry-list/container.ts';
import type { DeltaOutcome } from '../../ticketing/entry-list/entry-list.ts';
import { openPack, verifyPackFile, type Pack } from '../../ticketing/entry-list/open-pack.ts';
import { checkNewer, type TakenVersions } from '../../ticketing/entry-list/taken-versions.ts';
import { verifyDeltaFile } from '../../ticketing/entry-list/verify-file.ts';
import { checkTimes } from '../../ticketing/entry-list/manifest.ts';
import { ReceiptError } from '../receipt/receipt-error.ts';
import { openTemplate } from '../receipt/render.ts';
import {
  keptFiles,
  prepareFile,
  readKept,
  removeFiles,
  sessionFolder,
  sessionFolders,
  type KeptFile,
} from './kept-files.ts';
import { PackError } from './pack-error.ts';

export interface ShelfOptions {
  /** Where taken packs lie. */
  readonly folder: string;
  readonly taken: TakenVersions;
  readonly verifyKeys: readonly VerifyKey[];
  readonly gateGroup: string;
}

/** What came of a file that was offered. */
export type Taken =
  | { readonly kind: 'pack'; readonly event: string; readonly session: string; readonly version: number }
  | ({ readonly kind: 'delta'; readonly event: string; readonly session: string } & DeltaOutcome);

/** A session that the gate has a pack for. */
export interface HeldSession {
  readonly event: string;
  readonly session: string;
}

/**
 * The packs that a gate has taken. A file is verified whole before anything changes; it replaces what was
 * there in one step; a refused one changes nothing, and the gate goes on with what it had.
 *
 * @example
 * const shelf = new PackShelf({ folder, taken: openTakenVersions(file), verifyKeys, gateGroup: 'north' });
 * await shelf.take(await readFile('/media/usb/session.pack'), new Date());
 * const { list, contents } = await shelf.open({ event, session }, new Date());
 */
export class PackShelf {
  readonly #options: ShelfOptions;
  /** Open packs, each at the version that lies on disk, by folder. */
  readonly #open = new Map<string, Pack>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** Takes a pack or a delta, whichever the file is. One at a time, in the order of the calls. */
  take(bytes: Uint8Array, now: Date): Promise<Taken> {
    return this.#inTurn(() =>
      claimedKind(bytes) === 'delta' ? this.#takeDelta(bytes, now) : this.#takePack(bytes, now),
    );
  }

  /**
   * The pack of a session with its deltas applied. Answers the same object until the files on disk are at
   * another version, so that asking again after another program took a file is cheap.
   */
  open({ event, session }: HeldSession, now: Date): Promise<Pack> {
    return this.#inTurn(() => this.#load(sessionFolder(this.#options.folder, event, session), now));
  }

  /** The highest version ever taken of a session; 0 for none. */
  highest({ event, session }: HeldSession): number {
    return this.#options.taken.highest(event, session) ?? 0;
  }

  /** The sessions that there is a pack for, whether valid now or not. */
  held(): Promise<HeldSession[]> {
    return this.#inTurn(async () => {
      const held: HeldSession[] = [];
      for (const folder of await sessionFolders(this.#options.folder)) {
        const [pack] = (await keptFiles(folder)).current;
        if (pack === undefined) continue;
        const { manifest } = verifyPackFile(await readKept(pack), this.#options.verifyKeys);
        held.push({ event: manifest.event, session: manifest.session });
      }
      return held;
    });
  }

  async #takePack(bytes: Uint8Array, now: Date): Promise<Taken> {
    const { taken, folder: root } = this.#options;
    const pack = openPack(bytes, { ...this.#options, now });
    const { event, session, version } = pack.manifest;
    checkNewer(pack.manifest, taken);
    checkReceipt(pack);
    const folder = sessionFolder(root, event, session);
    const file = await prepareFile(folder, 'pack', version, bytes);
    await file.commit();
    // The file first: a power cut between the two leaves a pack above the recorded version, which counts.
    taken.record(event, session, version);
    this.#open.set(folder, pack);
    const { outdated } = await keptFiles(folder);
    await removeFiles(outdated);
    return { kind: 'pack', event, session, version };
  }

  async #takeDelta(bytes: Uint8Array, now: Date): Promise<Taken> {
    const { taken, folder: root, verifyKeys } = this.#options;
    const { event, session, version } = verifyDeltaFile(bytes, verifyKeys).manifest;
    const folder = sessionFolder(root, event, session);
    const { list } = await this.#load(folder, now);
    const file = await prepareFile(folder, 'delta', version, bytes);
    try {
      const outcome = list.apply(bytes);
      if (outcome.applied) {
        await file.commit();
        taken.record(event, session, version);
      }
      return { kind: 'delta', event, session, ...outcome };
    } finally {
      await file.discard();
    }
  }

  async #load(folder: string, now: Date): Promise<Pack> {
    const [first, ...deltas] = (await keptFiles(folder)).current;
    if (first === undefined) {
      throw new PackError(
        'no-pack',
        'The gate has no pack for this session; take one with `kazasu-gate pack take`.',
      );
    }
    const pack = this.#open.get(folder);
    if (pack?.manifest.version !== first.version) return this.#openWhole(folder, first, deltas, now);
    checkTimes(pack.list.manifest, now);
    // Another program may have taken deltas meanwhile.
    for (const delta of deltas.filter(({ version }) => version > pack.list.version)) {
      pack.list.apply(await readKept(delta));
    }
    return pack;
  }

  async #openWhole(folder: string, first: KeptFile, deltas: readonly KeptFile[], now: Date): Promise<Pack> {
    const pack = openPack(await readKept(first), { ...this.#options, now });
    for (const delta of deltas) pack.list.apply(await readKept(delta));
    this.#checkNotRolledBack(pack);
    this.#open.set(folder, pack);
    return pack;
  }

  /** What lies on disk is at the highest version ever taken, or above it where recording was cut short. */
  #checkNotRolledBack({ manifest: { event, session }, list }: Pack): void {
    const { taken } = this.#options;
    const highest = taken.highest(event, session) ?? 0;
    if (list.version < highest) {
      throw new PackError(
        'rolled-back',
        `The gate's folder is at version ${list.version} of the session, and the gate has taken ${highest}; take a newer pack.`,
      );
    }
    if (list.version > highest) taken.record(event, session, list.version);
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/**
 * Whether receipts can be printed by the pack's template. Known now, the organiser can still mend it; at the
 * door everyone would get the ordinary receipt, and nobody would know.
 */
function checkReceipt({ contents }: Pack): void {
  try {
    openTemplate(contents.receipt);
  } catch (cause) {
    if (!(cause instanceof ReceiptError)) throw cause;
    throw new PackError(
      'receipt-wrong',
      `The pack is not taken: ${sentenceOf(cause)} Mend it and export again.`,
      {
        cause,
      },
    );
  }
}
