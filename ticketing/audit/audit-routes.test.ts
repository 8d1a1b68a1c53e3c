import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import { auditRoutes } from './audit-routes.ts';
import { recordAct } from './record-act.ts';

const auditor = { person: 'p1', organisation: 'o1', role: 'auditor' } as const;

describeEachDatabase('the audit log', (database) => {
  it('is read by pages, the newest first, of the own organisation alone', async () => {
    const store = await database.newStore();
    await store.transaction(async (tables) => {
      for (const at of [1, 2, 3, 4, 5]) {
        const act = {
          organisation: 'o1',
          person: 'p1',
          act: 'lamps.light',
          subject: `lamp-${at}`,
          detail: { at },
        };
        await recordAct(tables, act, 1_800_000_000_000 + at);
      }
      await recordAct(tables, { organisation: 'o2', person: 'p9', act: 'lamps.light', subject: 'theirs' }, 0);
    });
    const ask = askRooms(store, [auditRoutes({ store })]);
    const first = await ask('GET /api/audit?limit=3', { as: auditor });
    const { items, next } = first.body as { items: { subject: string; at: string }[]; next: string };
    expect(items.map(({ subject }) => subject)).toEqual(['lamp-5', 'lamp-4', 'lamp-3']);
    expect(items[0]).toMatchObject({ at: '2027-01-15T08:00:00.005Z', person: 'p1', detail: { at: 5 } });
    const second = await ask(`GET /api/audit?limit=3&after=${next}`, { as: auditor });
    expect(second.body).toMatchObject({ items: [{ subject: 'lamp-2' }, { subject: 'lamp-1' }], next: null });
    const one = await ask('GET /api/audit?subject=lamp-2', { as: auditor });
    expect(one.body).toMatchObject({ items: [{ subject: 'lamp-2' }] });
  });

  it('is not for organisers and desks, and takes no other question', async () => {
    const store = await database.newStore();
    const ask = askRooms(store, [auditRoutes({ store })]);
    for (const role of ['organiser', 'desk'] as const)
      expect(await ask('GET /api/audit', { as: { ...auditor, role } })).toMatchObject({ status: 403 });
    expect(await ask('GET /api/audit?organisation=o2', { as: auditor })).toMatchObject({ status: 400 });
    expect(await ask('GET /api/audit?limit=1000', { as: auditor })).toMatchObject({ status: 400 });
  });
});
