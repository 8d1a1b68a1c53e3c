import { metric } from '../http/prometheus.ts';
import type { KioskService } from './kiosk-service.ts';
import type { EndedBy, KioskNews } from './kiosk-news.ts';
import type { KioskPart } from './kiosk-standing.ts';

const endings: readonly EndedBy[] = ['reserved', 'queued', 'bound', 'refused', 'unclear', 'failed', 'left'];
const parts: readonly KioskPart[] = ['reader', 'hsm', 'service', 'catalogue'];
const pins = ['right', 'wrong', 'blocked'] as const;

/** Counts what happens at a kiosk, for Prometheus. Nothing in it is of a person. */
export class KioskMetrics {
  readonly #service: KioskService;
  readonly #visits = new Map<string, number>(endings.map((name) => [name, 0]));
  readonly #pins = new Map<string, number>(pins.map((name) => [name, 0]));
  readonly #unfit = new Map<string, number>();

  constructor(service: KioskService) {
    this.#service = service;
    service.kiosk.listen((news) => {
      this.#count(news);
    });
  }

  /** All of it in Prometheus' text form, version 0.0.4. */
  text(): string {
    const { standing } = this.#service;
    const one = (value: boolean): [object, number][] => [[{}, value ? 1 : 0]];
    return [
      ...metric('kazasu_kiosk_visits_total', 'counter', 'Visits by what they came to.', [
        ...labelled('outcome', this.#visits),
      ]),
      ...metric('kazasu_kiosk_pins_total', 'counter', 'PINs by what came of them.', [
        ...labelled('came', this.#pins),
      ]),
      ...metric('kazasu_kiosk_unfit_cards_total', 'counter', 'Cards that could not be used, by why.', [
        ...labelled('why', this.#unfit),
      ]),
      ...metric('kazasu_kiosk_waiting', 'gauge', 'Signed applications that wait for the service.', [
        [{}, standing.waiting],
      ]),
      ...metric(
        'kazasu_kiosk_missing',
        'gauge',
        'What the kiosk is without.',
        parts.map((part) => [{ part }, standing.missing.includes(part) ? 1 : 0]),
      ),
      ...metric(
        'kazasu_kiosk_ready',
        'gauge',
        'Whether applications are taken.',
        one(standing.takesApplications),
      ),
      '',
    ].join('\n');
  }

  #count(news: KioskNews): void {
    if (news.kind === 'ended') add(this.#visits, news.outcome);
    if (news.kind === 'pin') add(this.#pins, news.came);
    if (news.kind === 'card-unfit') add(this.#unfit, news.notice);
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function labelled(label: string, counts: ReadonlyMap<string, number>): [object, number][] {
  return [...counts].map(([name, count]) => [{ [label]: name }, count]);
}
