import { afterAll, beforeAll, expect, it } from 'vitest';
import { SaleWorld } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import { CardVerifier } from '../bindings/card-verifier.ts';
import { validityPort } from '../../test/authority/validity-port.ts';
import { claimRoutes } from './claim-routes.ts';
import { Claims } from './take-claim.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

describeEachDatabase('a representative’s code', (database) => {
  it('is given to whoever has what the card signed, in place of the one before, and to nobody else', async () => {
    const store = await database.newStore();
    const [sale] = (await world.sell(store)).sessions;
    if (sale === undefined) throw new Error('unreachable');
    const submitted = world.submit(world.issue(), sale, { tickets: 2 });
    const { application } = await world.applications(store).take(submitted);
    const now = (): number => world.now;
    const authority = validityPort(world.authority);
    const verifier = new CardVerifier({
      keys: world.keys,
      roots: world.roots.authentication,
      authority,
      now,
    });
    const claims = new Claims({ store, verifier, now });
    const ask = askRooms(store, [
      claimRoutes({ store, claims, publicUrl: new URL('https://t.example'), now }),
    ]);
    const codeFor = (body: object) => ask('POST /api/parties/codes', { body });
    const { form, signature } = submitted;
    const [first, second] = [await codeFor({ form, signature }), await codeFor({ form, signature })];
    expect(second).toMatchObject({ status: 201, body: { application } });
    const lookUp = ({ body }: typeof first) =>
      ask('POST /api/parties/look-up', { body: { code: (body as { code: string }).code } });
    expect(await lookUp(first)).toMatchObject({ status: 404, body: { code: 'no-such-party' } });
    expect(await lookUp(second)).toMatchObject({ status: 200, body: { application } });
    const other = world.submit(world.issue(), sale);
    const refused = { status: 404, body: { code: 'no-such-party' } };
    expect(await codeFor({ form, signature: other.signature })).toMatchObject(refused);
    expect(await codeFor({ form: other.form, signature: other.signature })).toMatchObject(refused);
    expect(await lookUp(second)).toMatchObject({ status: 200 });
  });
});
