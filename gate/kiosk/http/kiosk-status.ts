import type { ProblemStatus, StatusOf } from '../../http/problem.ts';
import { KioskError, type KioskErrorCode } from '../kiosk-error.ts';

const ofKiosk: Readonly<Record<KioskErrorCode, ProblemStatus>> = {
  'not-now': 409,
  'take-card': 409,
  'last-try': 409,
  'pin-shape': 422,
  'not-on-sale': 422,
  'no-catalogue': 503,
  'claim-shape': 422,
  'no-such-number': 404,
  'too-many-questions': 429,
  'out-of-order': 503,
};

/** How the errors of a kiosk are told over HTTP. */
export const kioskStatus: StatusOf = (error) =>
  error instanceof KioskError ? ofKiosk[error.code] : undefined;
