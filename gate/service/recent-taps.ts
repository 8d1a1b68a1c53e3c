import { present } from '../decide/presentation.ts';
import type { Listing } from '../decide/ticket.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { Place } from '../journal/derived.ts';
import type { RecordedTap } from '../tap/open-gate.ts';
import type { GateService } from './gate-service.ts';

/** A tap as staff see it, with the exact reason. */
export interface TapRow {
  readonly at: string;
  readonly verdict: Verdict['name'];
  readonly light: string;
  readonly staff: { readonly ja: string; readonly en: string };
  readonly ticket?: Listing;
  readonly code?: string;
  /** Where the journal has it, by which staff take an admission back. */
  readonly place?: Place;
  readonly milliseconds: number;
}

const kept = 100;

/** The last taps since the start, newest first. */
export class RecentTaps {
  readonly #rows: TapRow[] = [];

  constructor(service: GateService) {
    service.listen((news) => {
      if (news.kind !== 'tapped') return;
      this.#rows.unshift(tapRow(news.tapped));
      this.#rows.length = Math.min(this.#rows.length, kept);
    });
  }

  get rows(): readonly TapRow[] {
    return this.#rows;
  }
}

export function tapRow({ at, verdict, times, place }: RecordedTap): TapRow {
  const { light, staff } = present(verdict);
  return {
    at: new Date(at).toISOString(),
    verdict: verdict.name,
    light,
    staff,
    ...('ticket' in verdict ? { ticket: verdict.ticket } : {}),
    ...('code' in verdict ? { code: verdict.code } : {}),
    ...(place === undefined ? {} : { place }),
    milliseconds: Math.round(times.total),
  };
}
