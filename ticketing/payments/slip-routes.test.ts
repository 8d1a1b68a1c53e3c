import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SaleWorld } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { askRooms } from '../../test/ticketing/ask-room.ts';
import { barcodeText } from './slip-barcode.ts';
import { slipPage } from './slip-page.ts';
import { slipRoutes } from './slip-routes.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

const dueAt = Date.parse('2027-04-02T23:59:59.999+09:00');
const fields = { companyCode: '912345', slip: '1234567890123456', amount: 16_000, dueAt };

describe('a slip’s barcode', () => {
  it('has each field at its place, and a check digit over all 44', () => {
    expect(barcodeText(fields)).toBe(
      ['(91)912345', '123456789012345600000', '0', '270402', '0', '016000', '6'].join(''),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (amount) => {
        const digits = (barcodeText({ ...fields, amount }) ?? '').replaceAll(/[()]/g, '');
        expect(digits).toHaveLength(44);
        expect(digits[36]).toBe(amount < 50_000 ? '0' : '1');
        const sum = Array.from(digits)
          .reverse()
          .reduce((all, digit, n) => all + Number(digit) * (n % 2 ? 3 : 1), 0);
        expect(sum % 10).toBe(0);
      }),
    );
  });

  it('is none for a sum that it has no place for', () => {
    expect(barcodeText({ ...fields, amount: 1_000_000 })).toBeUndefined();
  });
});

describe('a slip’s page', () => {
  const text = { ja: '<b>春</b>', en: '"Spring" & more' };
  const slip = { ...fields, number: fields.slip, application: 'A', tickets: 2, barcode: barcodeText(fields) };
  const shown = { ...slip, event: text, session: text, category: text };

  it('shows organisers’ texts as text', () => {
    const page = slipPage({ ...shown, state: 'reserved' });
    expect(page).not.toContain('<b>');
    expect(page).toContain('&lt;b&gt;春&lt;/b&gt;');
    expect(page).not.toMatch(/style=|<script/);
  });

  it('has a barcode only while it is to be paid', () => {
    expect(slipPage({ ...shown, state: 'reserved' })).toContain('<svg');
    for (const state of ['paid', 'lapsed', 'cancelled', 'refunded'] as const)
      expect(slipPage({ ...shown, state })).not.toContain('<svg');
    expect(slipPage({ ...shown, state: 'reserved', barcode: undefined })).not.toContain('<svg');
  });
});

describeEachDatabase('the route of slips', (database) => {
  it('shows what is to be paid to whoever has the address, and nothing of whom', async () => {
    const store = await database.newStore();
    const [sale] = (await world.sell(store)).sessions;
    if (sale === undefined) throw new Error('unreachable');
    const reserved = await world.applications(store).take(world.submit(world.issue(), sale, { tickets: 2 }));
    const ask = askRooms(store, [slipRoutes({ store, companyCode: '912345' })]);
    const page = await ask(`GET ${reserved.slip?.path ?? ''}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    for (const part of ['¥16,000', reserved.application, '春の音楽会', '<svg', 'S seat × 2'])
      expect(page.body).toContain(part);
    expect((await ask('GET /slips.css')).headers.get('content-type')).toMatch(/^text\/css/);
    expect(await ask('GET /slips/AAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({ status: 404 });
  });
});
