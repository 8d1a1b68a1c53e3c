import { createRoute, z } from '@hono/zod-openapi';
import type { KeyObject } from 'node:crypto';
import { forAnyone } from '../http/guard.ts';
import { problemsOf } from '../http/problem.ts';
import { answer, jsonBody, roomRoutes, type Room } from '../http/room.ts';
import type { Store } from '../store/store.ts';
import { paymentOutcomes } from './judge-payment.ts';
import { requireNoticeSignature } from './notice-keys.ts';
import { PaymentError } from './payment-error.ts';
import { paymentNotice, takeNotice } from './take-notice.ts';

const notify = createRoute({
  method: 'post',
  path: '/api/payments/notices',
  operationId: 'notifyPayment',
  tags: ['payments'],
  summary: 'Takes a payment company’s notice that a slip was paid; as often as it is sent, it counts once.',
  description:
    'Header kazasu-signature: base64 of the company’s Ed25519 or P-256 (SHA-256, DER) signature over the text "kazasu/payment-notice/v1", a line feed, and the exact bytes of the body. Any 200 means that it is kept: send it no more.',
  ...forAnyone({ who: 'provider' }),
  request: { body: jsonBody(paymentNotice) },
  responses: {
    200: answer(
      z.strictObject({ outcome: z.enum(paymentOutcomes) }),
      'What the payment came to; all but applied is owed back, and a case for people.',
    ),
  },
});

export interface PaymentRoutesParts {
  readonly store: Store;
  readonly noticeKeys: readonly KeyObject[];
  readonly now: () => number;
}

/** Takes notices of payments. */
export function paymentRoutes({ store, noticeKeys, now }: PaymentRoutesParts): Room {
  const routes = roomRoutes();
  routes.openapi(notify, async (context) => {
    requireNoticeSignature(context.var.body, context.req.header('kazasu-signature') ?? '', noticeKeys);
    return context.json({ outcome: await takeNotice(store, context.req.valid('json'), now()) }, 200);
  });
  return { routes, problems: [paymentProblems] };
}

const paymentProblems = problemsOf(PaymentError, { 'wrong-signature': 401, 'id-taken': 409 });
