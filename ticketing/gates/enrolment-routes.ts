import { createRoute } from '@hono/zod-openapi';
import type { Signer } from '../../hsm/keys/signer.ts';
import { enrolmentAnswer, enrolmentRequest, readEnrolment } from '../gate-api/enrolment.ts';
import { gatePaths } from '../gate-api/messages.ts';
import { clientAddress } from '../http/client-address.ts';
import { describedAs } from '../http/described.ts';
import { forAnyone } from '../http/guard.ts';
import { countGuess } from '../http/guess-limit.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { answerTo, enrolByCode } from './enrol-gate.ts';
import { gateProblems } from './gate-problems.ts';
import { verifyOwnRequest } from './gate-request.ts';
import { signedHead } from './gatekeeper.ts';

const enrol = createRoute({
  method: 'post',
  path: gatePaths.enrolment,
  operationId: 'enrolGate',
  tags: ['gate'],
  summary: 'Enrols the gate that brings a one-time code, and signed with the key that it brings.',
  ...forAnyone({ who: 'gate', mostBytes: 16 * 1024 }),
  request: { body: jsonBody(describedAs('EnrolmentRequest', enrolmentRequest)) },
  responses: { 201: answer(describedAs('EnrolmentAnswer', enrolmentAnswer), 'Where the gate stands.') },
});

export interface EnrolmentRoutesParts {
  readonly store: Store;
  readonly listSigner: Pick<Signer, 'publicKey'>;
  readonly publicUrl: URL;
  readonly now: () => number;
}

/** 75 bits are not guessed; those who try fill the log. */
const guesses = { most: 30, withinMs: 3_600_000 };

/** How a gate with a network becomes known. */
export function enrolmentRoutes({ store, listSigner, publicUrl, now }: EnrolmentRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(enrol, async (context) => {
    const address = clientAddress(context, context.var.frame.proxies);
    await countGuess(store, `enrolment ${address}`, guesses, now());
    const { body } = context.var;
    const enrolment = readEnrolment(Buffer.from(body).toString());
    const head = signedHead(context.req.raw, publicUrl);
    const requireBody = await verifyOwnRequest(store, head, enrolment.identityKey, now());
    requireBody(body);
    const gate = await enrolByCode(store, enrolment, now());
    return context.json(answerTo(gate, [listSigner.publicKey]), 201);
  });
  return { routes, problems: gateProblems };
}
