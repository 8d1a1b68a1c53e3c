import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { structuredLog } from '../../ticketing/log.ts';
import { openService } from '../../ticketing/service/service.ts';
import { serviceOnSofthsm, type ServiceOnSofthsm } from './service-on-softhsm.ts';

let running: ServiceOnSofthsm;

beforeAll(async () => {
  running = await serviceOnSofthsm();
});
afterAll(async () => {
  await running.close();
});

const get = async (path: string): Promise<{ status: number; body: string }> => {
  const response = await fetch(running.service.url + path);
  return { status: response.status, body: await response.text() };
};

describe('the service', () => {
  it('is alive and ready on its own HSM and database', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toEqual({ status: 200, body: '{"ready":true,"missing":[]}' });
    expect((await get('/metrics')).body).toMatch(/^kazasu_jobs\{kind="tidy-up",state="waiting"\} 1$/m);
    expect((await get('/metrics')).body).toMatch(/^kazasu_authority_yen_total 0$/m);
  });

  it('shows its reference without anything from elsewhere', async () => {
    const pages = await Promise.all(['/reference', '/reference.css', '/reference.js'].map(get));
    for (const { status, body } of pages) {
      expect(status).toBe(200);
      expect(body).not.toMatch(/https?:/);
    }
  });

  it('knows visitors’ codes from guesses, without saying whether there ever was one', async () => {
    const response = await fetch(`${running.service.url}/api/claims/look-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'K7PM-2XWA-9RTC-HU4V' }),
    });
    expect(await response.json()).toMatchObject({
      code: expect.stringMatching(/^(mistyped|no-such-claim)$/) as string,
    });
  });

  it('refuses to start with a sentence, and leaves nothing open, where something is missing', async () => {
    const { config, pin } = running;
    const options = { pin, log: structuredLog({ write: () => undefined }) };
    const opening = (changed: object, given = options): Promise<unknown> =>
      openService({ ...config, ...changed }, given);
    await expect(opening({ pkcs11: { ...config.pkcs11, token: 'none' } })).rejects.toMatchObject({
      code: 'token-not-found',
    });
    await expect(opening({}, { ...options, pin: 'wrong' })).rejects.toMatchObject({ code: 'pin-wrong' });
    await expect(opening({ state: `${config.state}/untrusting` })).rejects.toMatchObject({
      code: 'roots-missing',
      message: expect.stringContaining('kazasu-hsm trust add') as string,
    });
    await expect(opening({ database: `${config.state}/new.sqlite` })).rejects.toMatchObject({
      code: 'other-version',
      message: expect.stringContaining('kazasu-ticketing db migrate') as string,
    });
    const port = Number(new URL(running.service.url).port);
    await expect(opening({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'address-taken',
    });
    expect((await get('/readyz')).status).toBe(200);
  });
});
