import { verdictNames, type VerdictName } from '../decide/verdict.ts';
import type { Tapped } from '../tap/tap.ts';
import type { GateService } from './gate-service.ts';
import { isReady } from './standing.ts';

/** Upper bounds of the histogram of taps, seconds. */
const bounds = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5];

/** Counts what happens at a gate, for Prometheus. Nothing in it is of a person. */
export class GateMetrics {
  readonly #service: GateService;
  readonly #verdicts = new Map<VerdictName, number>(verdictNames.map((name) => [name, 0]));
  readonly #total = new Histogram(bounds);
  readonly #own = new Histogram(bounds);

  constructor(service: GateService) {
    this.#service = service;
    service.listen((news) => {
      if (news.kind === 'tapped') this.#count(news.tapped);
    });
  }

  /** All of it in Prometheus' text form, version 0.0.4. */
  text(): string {
    const { standing, gate, ticketing } = this.#service;
    const without = (part: string): 0 | 1 => (standing.missing.some((missing) => missing === part) ? 1 : 0);
    return [
      ...help('kazasu_taps_total', 'counter', 'Taps by verdict since the start.'),
      ...[...this.#verdicts].map(([name, count]) => `kazasu_taps_total{verdict="${name}"} ${count}`),
      ...help('kazasu_tap_seconds', 'histogram', 'From the card’s arrival to the verdict on disk.'),
      ...this.#total.lines('kazasu_tap_seconds'),
      ...help('kazasu_tap_own_seconds', 'histogram', 'The gate’s own share of a tap, card and air aside.'),
      ...this.#own.lines('kazasu_tap_own_seconds'),
      ...help('kazasu_ready', 'gauge', 'Whether cards are admitted.'),
      `kazasu_ready ${isReady(standing) ? 1 : 0}`,
      ...help('kazasu_lane_open', 'gauge', 'Whether staff have the lane open.'),
      `kazasu_lane_open ${standing.laneOpen ? 1 : 0}`,
      ...help('kazasu_missing', 'gauge', 'What the gate is without.'),
      ...['hsm', 'list', 'clock', 'disk', 'reader'].map(
        (part) => `kazasu_missing{part="${part}"} ${without(part)}`,
      ),
      ...help('kazasu_list_version', 'gauge', 'The version of the entry list in use; 0 for none.'),
      `kazasu_list_version ${gate?.list.version ?? 0}`,
      ...help('kazasu_journal_epoch', 'gauge', 'The boot epoch of the journal; 0 while it is closed.'),
      `kazasu_journal_epoch ${gate?.journal.epoch ?? 0}`,
      ...help(
        'kazasu_ticketing_worked_seconds',
        'gauge',
        'When the ticketing service was last reached, in seconds since 1970; 0 for never.',
      ),
      `kazasu_ticketing_worked_seconds ${seconds(ticketing?.workedAt)}`,
      ...help(
        'kazasu_journal_countersigned_seconds',
        'gauge',
        'When the journal was last countersigned, in seconds since 1970; 0 for never.',
      ),
      `kazasu_journal_countersigned_seconds ${seconds(ticketing?.countersigned?.at)}`,
      '',
    ].join('\n');
  }

  #count({ verdict, times }: Tapped): void {
    this.#verdicts.set(verdict.name, (this.#verdicts.get(verdict.name) ?? 0) + 1);
    this.#total.add(times.total / 1_000);
    this.#own.add(times.own / 1_000);
  }
}

/** How often a value was at most each bound. */
class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #all = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#bounds.forEach((bound, index) => {
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    });
    this.#sum += value;
    this.#all += 1;
  }

  lines(name: string): string[] {
    return [
      ...this.#bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${this.#counts[index] ?? 0}`),
      `${name}_bucket{le="+Inf"} ${this.#all}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#all}`,
    ];
  }
}

function seconds(at: string | undefined): number {
  return at === undefined ? 0 : Date.parse(at) / 1_000;
}

function help(name: string, type: 'counter' | 'gauge' | 'histogram', text: string): string[] {
  return [`# HELP ${name} ${text}`, `# TYPE ${name} ${type}`];
}
