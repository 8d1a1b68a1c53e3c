import { keyFingerprint } from '../../hsm/keys/transport-key.ts';
import { verifyKey } from '../../hsm/seal/seal.ts';
import { markChanged } from '../../ticketing/bindings/list-changes.ts';
import { openPack, type Pack } from '../../ticketing/entry-list/open-pack.ts';
import { fileOf, type VersionRow } from '../../ticketing/lists/kept-versions.ts';
import { makeVersion, type VersionMaker, type WantedKind } from '../../ticketing/lists/make-version.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { openingNight, setUpSession, type SetUpSession } from '../box-office/box-office.ts';
import type { CardHouse } from '../box-office/card-house.ts';
import { softwareSigner } from '../journal/software-signer.ts';
import { enrolInStore, group } from './enrol-in-store.ts';

const hour = 3_600_000;

/** A session whose tickets are sold, a gate of its group, and what makes lists of it. */
export class ListScene {
  readonly store: Store;
  readonly session: SetUpSession;
  readonly maker: VersionMaker;
  /** The clock is the test's: an hour before the doors. */
  now = openingNight - hour;
  readonly #house: Pick<CardHouse, 'keys'>;

  private constructor(store: Store, house: Pick<CardHouse, 'keys'>, session: SetUpSession) {
    this.store = store;
    this.#house = house;
    this.session = session;
    this.maker = { store, keys: house.keys, roots: [], now: () => (this.now += 1) };
  }

  static async open(store: Store, house: Pick<CardHouse, 'keys'>, seats = 24): Promise<ListScene> {
    const session = await setUpSession(store, { seats });
    await house.keys.makeEventKey(session.eventName);
    const scene = new ListScene(store, house, session);
    await scene.addGate('north');
    return scene;
  }

  /** Enrols a gate; its transport key is here alone, so its packs are opened with the service's own keys. */
  async addGate(name: string, signer = softwareSigner()): Promise<{ id: string; transportKey: Uint8Array }> {
    const { organisation } = this.session;
    const { id, publicKey } = await enrolInStore(this.store, { organisation, name }, signer);
    return { id, transportKey: Uint8Array.from(keyFingerprint(publicKey)) };
  }

  make(kind: WantedKind = 'newest'): Promise<string> {
    const { session } = this.session;
    return makeVersion(this.maker, { session, gateGroup: group, kind, person: null });
  }

  /** Says that these tickets changed. */
  changed(...tickets: readonly string[]): Promise<void> {
    const { session } = this.session;
    const changes = tickets.map((ticket) => ({ session, ticket }));
    return this.store.transaction((tables) => markChanged(tables, changes));
  }

  versions(): Promise<VersionRow[]> {
    return this.store.db.selectFrom('entry_lists').selectAll().orderBy('version').execute();
  }

  async file(list: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of fileOf(this.store, list)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** A pack, as a gate of the group opens it when the doors do. */
  async pack(list: string): Promise<Pack> {
    const verifyKeys = [verifyKey(this.#house.keys.listSigner.publicKey)];
    return openPack(await this.file(list), { verifyKeys, gateGroup: group, now: new Date(openingNight) });
  }
}
