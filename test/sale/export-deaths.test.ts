import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { verifyKey } from '../../hsm/seal/seal.ts';
import type { ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import { CardChecks } from '../../ticketing/card-checks/card-checks.ts';
import { verifyDeltaFile } from '../../ticketing/entry-list/verify-file.ts';
import { JobRunner } from '../../ticketing/jobs/job-runner.ts';
import { askForExport, exportJob } from '../../ticketing/lists/exports.ts';
import type { VersionMaker } from '../../ticketing/lists/make-version.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { openingNight, sellParty } from '../box-office/box-office.ts';
import { openCardHouse, type CardHouse } from '../box-office/card-house.ts';
import { describeEachDatabase } from '../database/each-database.ts';
import { group } from '../lists/enrol-in-store.ts';
import { ListScene } from '../lists/list-scene.ts';
import { eachDeath, mortalAuthority, mortalKeys, mortalStore, untilDeath } from './mortal.ts';

const day = 86_400_000;
/** As long as an export may be in the hands of an instance that died. */
const exportHeld = 1_800_000;

// A death each moment, and an export for each death.
vi.setConfig({ testTimeout: 900_000 });

let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(async () => {
  await house.close();
});

async function openScene(store: Store) {
  const scene = await ListScene.open(store, house, 4);
  scene.now = openingNight - 20 * day;
  const { tickets } = await sellParty(store, scene.session, { tickets: 3 });
  const ask = (maker: VersionMaker, wanted: 'full' | 'delta'): Promise<string> => {
    const { organisation, session } = scene.session;
    return askForExport(maker, { organisation, session, person: null, gateGroup: group, wanted });
  };
  const runDue = (maker: VersionMaker, keys = house.keys, authority: ValidityAuthority = house.asked) => {
    const { store: of, now } = maker;
    const checks = new CardChecks({ store: of, keys, authority, now });
    return new JobRunner({ store: of, kinds: [exportJob(maker, checks)], now }).runDue();
  };
  /** What is there, the newest files whole; an export is done if and only if its list is there. */
  const wholeVersions = async () => {
    const versions = await scene.versions();
    for (const { id, digest } of versions.slice(-2)) {
      const file = await scene.file(id);
      expect(createHash('sha256').update(file).digest('hex')).toBe(digest);
    }
    const exports = await store.db.selectFrom('list_exports').select(['state', 'list_id']).execute();
    const done = exports.filter(({ state }) => state === 'done').map(({ list_id }) => list_id);
    expect(done.sort()).toEqual(versions.map(({ id }) => id).sort());
    return { versions, asked: exports.length };
  };
  return { scene, tickets, ask, runDue, wholeVersions };
}

describeEachDatabase('an export that dies at any moment', (database) => {
  it.each(['full', 'delta'] as const)(
    'of a %s list leaves none by halves, and is done once another instance goes on',
    async (wanted) => {
      const store = await database.newStore();
      const { scene, tickets, ask, runDue, wholeVersions } = await openScene(store);
      const { maker } = scene;
      await ask(maker, 'full');
      await runDue(maker);
      const deaths = await eachDeath(async (life) => {
        const before = await wholeVersions();
        await scene.changed(...tickets);
        const keys = mortalKeys(house.keys, life);
        const dying = { ...maker, store: mortalStore(store, life), keys };
        const authority = mortalAuthority(house.asked, life);
        await untilDeath(ask(dying, wanted).then(() => runDue(dying, keys, authority)));
        const { asked } = await wholeVersions();

        // Whoever has no answer and finds no export asks again.
        if (asked === before.asked) await ask(maker, wanted);
        scene.now += exportHeld;
        await runDue(maker);
        const { versions } = await wholeVersions();
        expect(versions).toHaveLength(before.versions.length + 1);
        const newest = versions.at(-1);
        expect(newest).toMatchObject({ kind: wanted });
        await requireTickets(scene, newest?.id ?? '', wanted);
      });
      expect(deaths).toBeGreaterThan(60);
    },
  );
});

/** All three tickets are in it, and a gate opens it. */
async function requireTickets(scene: ListScene, list: string, kind: 'full' | 'delta'): Promise<void> {
  if (kind === 'full') {
    expect((await scene.pack(list)).list.count).toBe(3);
    return;
  }
  const keys = [verifyKey(house.keys.listSigner.publicKey)];
  expect(verifyDeltaFile(await scene.file(list), keys).layer.tags.count).toBe(3);
}
