import { afterAll, beforeAll, expect, it } from 'vitest';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import { bindHash, sellParty } from '../../test/box-office/box-office.ts';
import { openCardHouse, type CardHouse } from '../../test/box-office/card-house.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { group } from '../../test/lists/enrol-in-store.ts';
import { ListScene } from '../../test/lists/list-scene.ts';
import { CardChecks } from '../card-checks/card-checks.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import type { Store } from '../store/store.ts';
import { askForExport, exportJob } from './exports.ts';
import { keepListsFresh } from './keep-fresh.ts';
import { newestVersion } from './kept-versions.ts';
import { findExport } from './list-views.ts';
import type { VersionMaker, WantedKind } from './make-version.ts';

const hour = 3_600_000;
let house: CardHouse;
beforeAll(async () => {
  house = await openCardHouse();
});
afterAll(async () => {
  await house.close();
});

describeEachDatabase('an export in the background', (database) => {
  async function asked(store: Store) {
    const scene = await ListScene.open(store, house);
    const { session, maker } = scene;
    const { organisation } = session;
    const { keys, asked: authority } = house;
    const checks = new CardChecks({ store, keys, authority, now: maker.now });
    const ask = (wanted: WantedKind): Promise<string> =>
      askForExport(maker, {
        organisation,
        person: 'p1',
        session: session.session,
        gateGroup: group,
        wanted,
      });
    const failures: unknown[] = [];
    const runner = (of: VersionMaker = maker, by: Pick<CardChecks, 'session'> = checks): JobRunner =>
      new JobRunner({
        store,
        kinds: [exportJob(of, by)],
        now: maker.now,
        onFailure: (_, error) => failures.push(error),
      });
    const look = (id: string) => findExport(store, organisation, id);
    return { scene, session, maker, ask, runner, look, failures };
  }

  it('says how far it is, and in the end which version came of it, by whom', async () => {
    const store = await database.newStore();
    const { session, ask, runner, look } = await asked(store);
    await sellParty(store, session, { tickets: 5 });
    const id = await ask('newest');
    expect(await look(id)).toMatchObject({ state: 'waiting', askedBy: 'p1' });
    await runner().runDue();
    const newest = await newestVersion(store.db, session.session, group);
    expect(await look(id)).toMatchObject({ state: 'done', done: 5, total: 5, list: newest?.id });
    expect(newest?.made_by).toBe('p1');
    const acts = await store.db.selectFrom('audit').select(['act', 'subject', 'person_id']).execute();
    expect(acts).toEqual([{ act: 'lists.export', subject: newest?.id, person_id: 'p1' }]);
  });

  it('makes no list while the authority is away, and one of what it then calls good', async () => {
    const store = await database.newStore();
    const { scene, session, maker, ask, runner, look } = await asked(store);
    await sellParty(store, session);
    const id = await ask('newest');
    const away = () => Promise.reject(new ValidityError('unreachable', 'The authority is away.'));
    await runner(maker, { session: away }).runDue();
    expect((await look(id)).state).toBe('waiting');
    expect(await newestVersion(store.db, session.session, group)).toBeUndefined();
    scene.now += hour / 2;
    await runner().runDue();
    expect(await look(id)).toMatchObject({ state: 'done' });
  });

  it('is tried again where the HSM is away, and fails with a sentence where it cannot be', async () => {
    const store = await database.newStore();
    const { scene, session, maker, ask, runner, look, failures } = await asked(store);
    await sellParty(store, session);
    const id = await ask('full');
    const eventKey = (): Promise<never> => Promise.reject(new Error('the token with its PIN 1234 is away'));
    await runner({ ...maker, keys: { ...maker.keys, eventKey } }).runDue();
    const waits = await look(id);
    expect([waits.state, waits.error]).toEqual(['waiting', expect.stringMatching(/^failed: /)]);
    expect(waits.error).not.toContain('1234');
    expect(failures).toHaveLength(1);
    scene.now += hour / 2;
    await runner().runDue();
    expect((await look(id)).state).toBe('done');

    await store.db.updateTable('gates').set({ state: 'revoked' }).execute();
    await expect(ask('newest')).rejects.toMatchObject({ code: 'no-gates' });
    await store.db.updateTable('gates').set({ state: 'enrolled' }).execute();
    const doomed = await ask('newest');
    await store.db.updateTable('sessions').set({ state: 'cancelled' }).execute();
    await runner().runDue();
    expect(await look(doomed)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/^session-over: /) as string,
    });
    await expect(ask('newest')).rejects.toMatchObject({ code: 'session-over' });
    expect(await store.db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  });

  it('follows by itself what changes in lists that were exported once', async () => {
    const store = await database.newStore();
    const { scene, session, maker, ask, runner } = await asked(store);
    const { tickets } = await sellParty(store, session, { tickets: 2 });
    const fresh = keepListsFresh(maker);
    const followed = async (): Promise<number> => {
      await fresh.run({});
      await fresh.run({});
      // The card is a hash alone, of which no authority knows.
      await runner(maker, { session: () => Promise.resolve() }).runDue();
      return (await scene.versions()).length;
    };
    await scene.changed(tickets[0] ?? '');
    expect(await followed()).toBe(0);
    await ask('full');
    await runner().runDue();
    expect(await followed()).toBe(1);
    await bindHash(store, session, tickets[0] ?? '');
    await scene.changed(tickets[0] ?? '');
    expect(await followed()).toBe(2);
    expect(await scene.versions()).toMatchObject([{ kind: 'full' }, { kind: 'delta', made_by: null }]);
    await scene.changed(tickets[1] ?? '');
    await store.db.updateTable('gates').set({ state: 'revoked' }).execute();
    expect(await followed()).toBe(2);
  });
});
