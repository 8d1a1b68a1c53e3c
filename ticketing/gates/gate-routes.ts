import { createRoute, z } from '@hono/zod-openapi';
import type { Signer } from '../../hsm/keys/signer.ts';
import { enrolmentAnswer, gateNameField } from '../gate-api/enrolment.ts';
import { describedAs } from '../http/described.ts';
import { forPeople } from '../http/guard.ts';
import { pageFrom, pageOf, pageQuery } from '../http/pages.ts';
import { etagOf, seenRevision } from '../http/revision.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { answerTo, enrolByFile } from './enrol-gate.ts';
import { newEnrolmentCode, waitingCodes, withdrawCode } from './enrolment-codes.ts';
import { gateProblems } from './gate-problems.ts';
import { findGate, listGates, placeGate, revokeGate } from './gate-register.ts';
import type { Gate } from './gate.ts';

const tags = ['gates'];
const editors = ['owner', 'organiser'] as const;
const readers = ['owner', 'organiser', 'desk', 'auditor'] as const;
const id = z.string().min(1).max(64);
const ofGate = z.strictObject({ gate: id });

const word = z.string().min(1).max(256);
const placing = { gateGroup: word, door: word, direction: z.enum(['in', 'out']) };

const gateView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    ...placing,
    fingerprint: z.string().meta({ description: 'Of its identity key; `kazasu-gate enrol` shows the same.' }),
    state: z.enum(['enrolled', 'revoked']),
    enrolledAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().optional(),
    seenAt: z.iso.datetime().optional().meta({ description: 'When it last asked for anything.' }),
    revision: z.int(),
  })
  .openapi('Gate');

const newCode = z
  .strictObject({
    id: z.string(),
    code: z.string().meta({ description: 'Shown this once, and kept nowhere. Good for one gate.' }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('EnrolmentCode');

const waitingCode = z
  .strictObject({
    id: z.string(),
    gate: z.string(),
    ...placing,
    madeAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('WaitingCode');

const gateAsItIs = { 200: answer(gateView, 'The gate as it is now; its ETag is what If-Match takes.') };

const list = createRoute({
  method: 'get',
  path: '/api/gates',
  operationId: 'listGates',
  tags,
  summary: 'The gates of the organisation by name, revoked ones too.',
  ...forPeople([...readers]),
  request: { query: pageQuery },
  responses: { 200: answer(pageOf(gateView), 'A page of gates.') },
});

const listCodes = createRoute({
  method: 'get',
  path: '/api/gate-codes',
  operationId: 'listEnrolmentCodes',
  tags,
  summary: 'The codes that a gate may still come by, never the codes themselves.',
  ...forPeople([...editors]),
  responses: { 200: answer(z.strictObject({ items: z.array(waitingCode) }), 'All of them.') },
});

const makeCode = createRoute({
  method: 'post',
  path: '/api/gate-codes',
  operationId: 'makeEnrolmentCode',
  tags,
  summary: 'Makes the one-time code with which a gate enrols itself: kazasu-gate enrol --code …',
  ...forPeople([...editors], { creates: true, answersSecret: true }),
  request: { body: jsonBody(z.strictObject({ gate: gateNameField, ...placing })) },
  responses: { 201: answer(newCode, 'The code.') },
});

const withdraw = createRoute({
  method: 'delete',
  path: '/api/gate-codes/{code}',
  operationId: 'withdrawEnrolmentCode',
  tags,
  summary: 'Takes a code back before its gate came.',
  ...forPeople([...editors]),
  request: { params: z.strictObject({ code: id }) },
  responses: { 204: { description: 'It opens nothing any more.' } },
});

const enrolFile = createRoute({
  method: 'post',
  path: '/api/gates',
  operationId: 'enrolGateByFile',
  tags,
  summary: 'Enrols a gate without a network by the request file that kazasu-gate enrol --out wrote.',
  ...forPeople([...editors], { creates: true }),
  request: {
    body: jsonBody(
      z.strictObject({
        request: z
          .string()
          .max(16 * 1024)
          .meta({ description: 'The file’s text.' }),
        fingerprint: z
          .string()
          .max(128)
          .meta({ description: 'As it was read off the gate, not out of the file.' }),
        ...placing,
      }),
    ),
  },
  responses: {
    201: answer(
      describedAs('EnrolmentAnswer', enrolmentAnswer),
      'Where the gate stands, and whose lists it takes.',
    ),
  },
});

const show = createRoute({
  method: 'get',
  path: '/api/gates/{gate}',
  operationId: 'showGate',
  tags,
  summary: 'Shows a gate.',
  ...forPeople([...readers]),
  request: { params: ofGate },
  responses: gateAsItIs,
});

const place = createRoute({
  method: 'put',
  path: '/api/gates/{gate}/placing',
  operationId: 'placeGate',
  tags,
  summary: 'Puts a gate into another group, or at another door.',
  ...forPeople([...editors], { changes: true }),
  request: { params: ofGate, body: jsonBody(z.strictObject(placing)) },
  responses: gateAsItIs,
});

const revoke = createRoute({
  method: 'post',
  path: '/api/gates/{gate}/revoke',
  operationId: 'revokeGate',
  tags,
  summary: 'Revokes a gate for ever: it fetches nothing more, and packs made from now on are closed to it.',
  ...forPeople([...editors], { changes: true }),
  request: { params: ofGate },
  responses: gateAsItIs,
});

export interface GateRoutesParts {
  readonly store: Store;
  readonly listSigner: Pick<Signer, 'publicKey'>;
  readonly now: () => number;
}

/** Lets organisers enrol gates, see them, move them, and revoke them. */
export function gateRoutes({ store, listSigner, now }: GateRoutesParts): Room {
  const routes = roomRoutes();

  routes.openapi(list, async (context) => {
    const { after, limit } = context.req.valid('query');
    const { organisation } = context.var.actor;
    const gates = await listGates(store, organisation, { after, limit: limit + 1 });
    return context.json(
      pageFrom(gates, limit, ({ name }) => name, viewOf),
      200,
    );
  });
  routes.openapi(listCodes, async (context) => {
    const codes = await waitingCodes(store, context.var.actor.organisation, now());
    const items = codes.map(({ madeAt, expiresAt, ...code }) => ({
      ...code,
      madeAt: new Date(madeAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
    }));
    return context.json({ items }, 200);
  });
  routes.openapi(makeCode, async (context) => {
    const { organisation, person } = context.var.actor;
    const expected = { ...context.req.valid('json'), organisation, person };
    const made = await newEnrolmentCode(store, expected, now());
    return context.json({ ...made, expiresAt: new Date(made.expiresAt).toISOString() }, 201);
  });
  routes.openapi(withdraw, async (context) => {
    const { organisation, person } = context.var.actor;
    await withdrawCode(store, { organisation, person, id: context.req.valid('param').code }, now());
    return context.body(null, 204);
  });
  routes.openapi(enrolFile, async (context) => {
    const { organisation, person } = context.var.actor;
    const { request, fingerprint, ...where } = context.req.valid('json');
    const file = { organisation, person, request, fingerprint, placing: where };
    const gate = await enrolByFile(store, file, now());
    return context.json(answerTo(gate, [listSigner.publicKey]), 201);
  });
  routes.openapi(show, async (context) => {
    const gate = await findGate(store, context.var.actor.organisation, context.req.valid('param').gate);
    return context.json(viewOf(gate), 200, { etag: etagOf(gate.revision) });
  });
  routes.openapi(place, async (context) => {
    const { organisation, person } = context.var.actor;
    const change = { organisation, person, id: context.req.valid('param').gate };
    const where = context.req.valid('json');
    const gate = await placeGate(store, { ...change, ...where, revision: seenRevision(context) }, now());
    return context.json(viewOf(gate), 200, { etag: etagOf(gate.revision) });
  });
  routes.openapi(revoke, async (context) => {
    const { organisation, person } = context.var.actor;
    const change = { organisation, person, id: context.req.valid('param').gate };
    const gate = await revokeGate(store, { ...change, revision: seenRevision(context) }, now());
    return context.json(viewOf(gate), 200, { etag: etagOf(gate.revision) });
  });
  return { routes, problems: gateProblems };
}

function viewOf({ enrolledAt, revokedAt, seenAt, ...gate }: Gate): z.output<typeof gateView> {
  return {
    ...gate,
    enrolledAt: new Date(enrolledAt).toISOString(),
    ...(revokedAt === undefined ? {} : { revokedAt: new Date(revokedAt).toISOString() }),
    ...(seenAt === undefined ? {} : { seenAt: new Date(seenAt).toISOString() }),
  };
}
