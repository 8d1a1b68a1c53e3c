import { Applications } from '../applications/applications.ts';
import { submitRoutes } from '../applications/submit-routes.ts';
import { auditRoutes } from '../audit/audit-routes.ts';
import { CardVerifier } from '../bindings/card-verifier.ts';
import { CardChecks } from '../card-checks/card-checks.ts';
import { checkJob } from '../card-checks/check-job.ts';
import { checkRoutes } from '../card-checks/check-routes.ts';
import { claimRoutes } from '../claims/claim-routes.ts';
import { Claims } from '../claims/take-claim.ts';
import { chaseClaims } from '../claims/unclaimed.ts';
import { catalogueRoutes } from '../events/catalogue-routes.ts';
import { cardRoutes } from '../desk/card-routes.ts';
import { DeskCards } from '../desk/desk-cards.ts';
import { ticketRoutes } from '../desk/ticket-routes.ts';
import { eventRoutes } from '../events/event-routes.ts';
import { Events } from '../events/events.ts';
import { sessionRoutes } from '../events/session-routes.ts';
import { figuresRoutes } from '../figures/figures-routes.ts';
import { enrolmentRoutes } from '../gates/enrolment-routes.ts';
import { gateRoutes } from '../gates/gate-routes.ts';
import { forgetGuesses } from '../http/guess-limit.ts';
import { forgetIdempotencyKeys } from '../http/idempotency.ts';
import { journalRoutes } from '../journals/journal-routes.ts';
import { reconcileJobs } from '../journals/reconcile-job.ts';
import { caseRoutes } from '../cases/case-routes.ts';
import type { JobKind } from '../jobs/job.ts';
import { exportJob } from '../lists/exports.ts';
import { keepListsFresh } from '../lists/keep-fresh.ts';
import { sweepChunks } from '../lists/kept-versions.ts';
import { listRoutes } from '../lists/list-routes.ts';
import { packRoutes } from '../lists/pack-routes.ts';
import { tableRoutes } from '../lists/table-routes.ts';
import { importJob } from '../orders/import-orders.ts';
import { orderRoutes } from '../orders/order-routes.ts';
import { lapseUnpaid } from '../payments/lapse.ts';
import { paymentRoutes } from '../payments/payment-routes.ts';
import { slipRoutes } from '../payments/slip-routes.ts';
import { refundRoutes } from '../refunds/refund-routes.ts';
import { takeBackCancelled } from '../refunds/take-back-cancelled.ts';
import { matchOffers } from '../resale/match-offers.ts';
import { resaleRoutes } from '../resale/resale-routes.ts';
import { WaitingList } from '../resale/waiting-list.ts';
import type { ServiceParts, ServiceRooms } from './parts.ts';

/**
 * All rooms but the people's: each is named here once, with its background work and what it adds to the
 * metrics. A room is given its parts and nothing else; what two rooms share is made at the top.
 */
export function serviceRooms(parts: ServiceParts): ServiceRooms {
  const { store, keys, authority, roots, now } = parts;
  const { publicUrl, payments } = parts.config;
  const { listSigner } = keys;
  const verifier = new CardVerifier({ keys, authority, roots: roots.authentication, now });
  const claims = new Claims({ store, verifier, now });
  const applications = new Applications({ store, keys, authority, roots, now });
  const events = new Events({ store, keys, now });
  const checks = new CardChecks({ store, keys, authority, now });
  const versionMaker = { store, keys, roots: roots.authentication, now };
  return {
    rooms: [
      catalogueRoutes({ store, now }),
      submitRoutes({ applications, publicUrl }),
      slipRoutes({ store, companyCode: payments.companyCode }),
      paymentRoutes({ store, noticeKeys: payments.noticeKeys, now }),
      claimRoutes({ store, claims, publicUrl, now }),
      ticketRoutes({ store, publicUrl, now }),
      cardRoutes({ store, cards: new DeskCards({ store, verifier, now }) }),
      checkRoutes({ store, checks, now }),
      resaleRoutes({ store, list: new WaitingList({ store, applications, now }), publicUrl, now }),
      refundRoutes({ store, now }),
      eventRoutes({ store, events }),
      sessionRoutes({ store, events }),
      orderRoutes({ store, now }),
      enrolmentRoutes({ store, listSigner, publicUrl, now }),
      // Before the gates that people look at: /api/gates/packs is no gate of that name.
      packRoutes({ store, now }),
      gateRoutes({ store, listSigner, now }),
      listRoutes(versionMaker),
      tableRoutes({ store, now }),
      journalRoutes({ store, listSigner, now }),
      caseRoutes({ store, now }),
      figuresRoutes({ store, now }),
      auditRoutes({ store }),
    ],
    jobs: [
      lapseUnpaid({ store, now }),
      matchOffers({ store, now }),
      importJob({ store, now }),
      takeBackCancelled({ store, now }),
      chaseClaims({ store, now }),
      exportJob(versionMaker, checks),
      keepListsFresh(versionMaker),
      checkJob(checks),
      ...reconcileJobs(store, now),
      tidyUp(parts),
    ],
    metrics: [],
  };
}

/** Forgets what requests left behind for a while. */
function tidyUp({ store, now }: ServiceParts): JobKind<object> {
  return {
    name: 'tidy-up',
    everyMs: 3600_000,
    run: async () => {
      await forgetIdempotencyKeys(store, now());
      await forgetGuesses(store, now());
      await sweepChunks(store, now());
    },
  };
}
