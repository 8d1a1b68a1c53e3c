import { Validator } from '@seriousme/openapi-schema-validator';
import { createClient } from '@hey-api/openapi-ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serviceOnSofthsm, type ServiceOnSofthsm } from '../service-on-softhsm.ts';
import { twoOrganisations, type TwoOrganisations } from './two-organisations.ts';

let running: ServiceOnSofthsm;
let world: TwoOrganisations;
let description: Record<string, unknown>;
const folder = mkdtempSync(join(tmpdir(), 'kazasu-client-'));

beforeAll(async () => {
  running = await serviceOnSofthsm();
  world = await twoOrganisations(running.service.store, Date.now());
  description = (await (await fetch(`${running.service.url}/openapi.json`)).json()) as typeof description;
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a call of the generated client gives back. */
interface Called {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}
/** A generated client, as far as it is used here. */
type Generated = Readonly<Record<string, (options?: object) => Promise<Called>>>;

describe('the description', () => {
  it('is OpenAPI 3.1 by the schema of its authors', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(description))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('is enough for a client that a public generator makes', async () => {
    // It knows no scheme of signed requests, and says so for each route of gates.
    const unsaid = vi.spyOn(console, 'warn').mockReturnValue();
    await createClient({
      input: description,
      output: folder,
      plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
      logs: { level: 'silent', file: false },
    });
    unsaid.mockRestore();
    const sdk = (await import(join(folder, 'sdk.gen.ts'))) as Generated;
    const baseUrl = running.service.url;
    const as = (cookie: string) => ({ baseUrl, headers: { cookie } });
    const call = async (name: string, options: object): Promise<Called> => {
      const made = sdk[name];
      if (made === undefined) throw new Error(`the client has no ${name}`);
      return made(options);
    };

    const event = { name: 'autumn-2027', text: { ja: '秋の音楽会', en: 'Autumn concert' } };
    const organiser = as(world.hall.organiser);
    const key = { ...organiser.headers, 'idempotency-key': 'made-by-the-client' };
    const made = await call('makeEvent', { baseUrl, headers: key, body: event });
    expect(made).toMatchObject({ data: event });
    const again = await call('makeEvent', { baseUrl, headers: key, body: event });
    expect(again.data).toEqual(made.data);

    const { id } = made.data as { id: string };
    const shown = await call('showEvent', { ...as(world.hall.auditor), path: { event: id } });
    expect(shown).toMatchObject({ data: { id, ...event } });
    const changed = await call('changeEvent', {
      baseUrl,
      headers: { ...organiser.headers, 'if-match': shown.response.headers.get('etag') },
      path: { event: id },
      body: { text: event.text, quota: 2 },
    });
    expect(changed).toMatchObject({ data: { settings: { quota: 2 } } });
    const page = await call('listEvents', { ...organiser, query: { limit: 1 } });
    expect(page).toMatchObject({
      data: { items: [{ id: expect.any(String) as string }], next: expect.any(String) as string },
    });

    const refused = await call('showEvent', { ...as(world.others.owner), path: { event: id } });
    expect(refused).toMatchObject({ error: { code: 'not-found', status: 404 } });
    const described = Object.values(description['paths'] as object).flatMap(
      (each: Record<string, { operationId: string }>) =>
        Object.values(each).map(({ operationId }) => operationId),
    );
    expect(Object.keys(sdk)).toEqual(expect.arrayContaining(described));
  });
});
