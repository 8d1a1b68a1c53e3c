import { afterAll, beforeAll, expect, it } from 'vitest';
import { ValidityError } from '../../hsm/validity/validity-error.ts';
import { validityPort } from '../../test/authority/validity-port.ts';
import { SaleWorld, type EventWishes } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import type { ApplicationsOptions } from './applications.ts';
import { submitRoutes } from './submit-routes.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

describeEachDatabase('the route of applications', (database) => {
  const scene = async (wishes: EventWishes = {}, options: Partial<ApplicationsOptions> = {}) => {
    const store = await database.newStore();
    const [sale] = (await world.sell(store, wishes)).sessions;
    if (sale === undefined) throw new Error('unreachable');
    const lines: string[] = [];
    const applications = world.applications(store, options);
    const publicUrl = new URL('https://tickets.example');
    const rooms = [submitRoutes({ applications, publicUrl })];
    const ask = askRooms(store, rooms, { onLogLine: (line) => lines.push(line) });
    return { store, sale, lines, apply: (body: unknown) => ask('POST /api/applications', { body }) };
  };

  it('answers with seats and a slip, and the same again where it is sent again', async () => {
    const { sale, apply } = await scene();
    const body = world.submit(world.issue(), sale, { tickets: 2 });
    const first = await apply(body);
    expect(first).toMatchObject({
      status: 201,
      body: {
        state: 'reserved',
        seats: ['A-1', 'A-2'],
        total: 16_000,
        dueAt: expect.stringMatching(/T14:59:59\.999Z$/) as string,
        slip: {
          number: expect.stringMatching(/^\d{16}$/) as string,
          url: expect.stringMatching(/^https:\/\/tickets\.example\/slips\/[\w-]{22}$/) as string,
        },
      },
    });
    expect(await apply(body)).toMatchObject({ status: 201, body: first.body });
  });

  it('gives no slip where nothing is to be paid', async () => {
    const { sale, apply } = await scene({ price: 0 });
    const { status, body } = await apply(world.submit(world.issue(), sale));
    expect({ status, body }).toMatchObject({ status: 201, body: { state: 'paid' } });
    expect(body).not.toHaveProperty('slip');
  });

  it('refuses with a code that a kiosk can act upon', async () => {
    const { store, sale, apply } = await scene({ seats: 1 });
    const [one, other] = [world.issue(), world.issue()];
    await apply(world.submit(one, sale));
    expect(await apply(world.submit(other, sale))).toMatchObject({ status: 409, body: { code: 'sold-out' } });
    const { signature } = world.submit(one, sale);
    expect(await apply({ ...world.submit(other, sale), signature })).toMatchObject({
      status: 409,
      body: { code: 'wrong-signature' },
    });
    expect(await apply({ ...world.submit(other, sale), form: 'e30=' })).toMatchObject({ status: 400 });
    expect(await apply({ ...world.submit(other, sale), more: 1 })).toMatchObject({ status: 400 });
    expect(await apply('x'.repeat(100_000))).toMatchObject({ status: 413 });
    expect(await store.db.selectFrom('tickets').select('id').execute()).toHaveLength(1);
  });

  it('asks to come again while the authority gives no answer', async () => {
    const away = { validity: () => Promise.reject(new ValidityError('busy', 'Busy.')) };
    const authority = { ...validityPort(world.authority), ...away };
    const { sale, apply } = await scene({}, { authority });
    expect(await apply(world.submit(world.issue(), sale))).toMatchObject({
      status: 503,
      body: { code: 'authority-away' },
    });
  });

  it('logs nothing of who applied', async () => {
    const { sale, apply, lines } = await scene({ seats: 1 });
    const bodies = [world.submit(world.issue(), sale), world.submit(world.issue(), sale)];
    const answers = await Promise.all(bodies.map(apply));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(lines.length).toBeGreaterThan(0);
    const secrets = bodies.flatMap((body) => Object.values(body));
    for (const line of lines) for (const secret of secrets) expect(line).not.toContain(secret.slice(0, 40));
  });
});
