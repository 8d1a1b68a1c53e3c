import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { purposes } from '../../hsm/certificate/purpose.ts';
import { importRoot } from '../../hsm/certificate/root.ts';
import { TrustStore } from '../../hsm/trust/trust-store.ts';
import type { SubmissionBody } from '../../ticketing/applications/submission.ts';
import { openStore } from '../../ticketing/store/store.ts';
import type { AuthorityServer } from '../authority/server.ts';
import { SaleWorld } from '../box-office/sale-world.ts';
import { describeEachDatabase } from '../database/each-database.ts';
import { startService, type ServiceProcess } from '../ticketing/service-process.ts';
import { bundleProgram, type BundledProgram } from '../token/bundled-program.ts';

/** So many instances on PostgreSQL; so many requests at a time on either database. */
const atOnce = 16;
const seats = 40;
const quota = 3;
const people = 24;

// Sixteen programs are to start, and there may be one core for them.
vi.setConfig({ testTimeout: 900_000 });

let world: SaleWorld;
let server: AuthorityServer;
let program: BundledProgram;
const running: ServiceProcess[] = [];

beforeAll(async () => {
  [world, program] = [await SaleWorld.open(), await bundleProgram()];
  server = await world.authority.serve();
  const trust = await TrustStore.open(join(program.folder, 'state', 'trust'));
  for (const purpose of purposes) {
    for (const root of world.authority.rootCertificates(purpose))
      await trust.addRoot(importRoot(root), purpose);
  }
});
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop('SIGKILL')));
  await server.close();
  program.remove();
  world.close();
});

/** An instance of the service, in a process of its own. */
async function start(database: string): Promise<ServiceProcess> {
  const { pin, ...pkcs11 } = world.tokenOptions;
  const config = {
    listen: '127.0.0.1:0',
    publicUrl: 'http://127.0.0.1',
    database,
    state: 'state',
    pkcs11,
    authority: { url: server.url },
  };
  writeFileSync(join(program.folder, 'ticketing.json'), JSON.stringify(config));
  const service = await startService({
    program: program.ticketing,
    folder: program.folder,
    config: 'ticketing.json',
    environment: { PATH: process.env['PATH'], HOME: program.folder, KAZASU_PIN: pin, ...world.environment },
  });
  running.push(service);
  return service;
}

const reserved = z.object({ application: z.string(), seats: z.array(z.string()) });
const refused = z.object({ code: z.enum(['sold-out', 'quota-reached']) });
type Answer = z.output<typeof reserved> | z.output<typeof refused>;

async function apply(url: string, body: SubmissionBody): Promise<Answer> {
  const response = await fetch(`${url}/api/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return response.status === 201 ? reserved.parse(answer) : refused.parse(answer);
}

describeEachDatabase(`the last seats, before ${atOnce} at once`, (database) => {
  it('go to somebody each, to nobody twice, and to nobody beyond the quota', async () => {
    const address = await database.newAddress();
    const store = await openStore(address);
    const instances = database.kind === 'postgres' ? atOnce : 1;
    // One configuration serves them all, so they are started one after the other.
    const services: ServiceProcess[] = [];
    for (let count = 0; count < instances; count += 1) services.push(await start(address));
    const [sale] = (await world.sell(store, { seats, sessionQuota: quota })).sessions;
    if (sale === undefined) throw new Error('Nothing is on sale.');

    // Each person wants more than one may have, all at once; and all that a kiosk has, it sends twice.
    const bodies = Array.from({ length: people }, () => world.issue()).flatMap((person) =>
      [2, 1, 2].map((tickets) => world.submit(person, sale, { tickets })),
    );
    const waiting = bodies.flatMap((body) => [body, body]).map((body, place) => ({ body, place }));
    const answers = new Map<SubmissionBody, Answer[]>();
    const kiosk = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { body, place } = next;
        const answer = await apply(services[place % services.length]?.url ?? '', body);
        answers.set(body, [...(answers.get(body) ?? []), answer]);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, kiosk));

    for (const both of answers.values()) {
      const accepted = both.find((answer) => 'application' in answer);
      if (accepted !== undefined) expect(both).toEqual([accepted, accepted]);
    }
    const given = [...answers.values()].flatMap(([first]) =>
      first !== undefined && 'seats' in first ? first.seats : [],
    );
    expect(given.toSorted()).toEqual(Array.from({ length: seats }, (_, seat) => `A-${seat + 1}`).sort());
    const held = await store.db
      .selectFrom('seats')
      .innerJoin('tickets', 'tickets.id', 'seats.ticket_id')
      .select('tickets.visitor_id')
      .whereRef('tickets.seat_id', '=', 'seats.id')
      .where('seats.session_id', '=', sale.session)
      .where('seats.state', '=', 'held')
      .execute();
    expect(held).toHaveLength(seats);
    const perVisitor = new Map<string | null, number>();
    for (const { visitor_id: who } of held) perVisitor.set(who, (perVisitor.get(who) ?? 0) + 1);
    expect(Math.max(...perVisitor.values())).toBeLessThanOrEqual(quota);
    await store.close();
  });
});
