/** Lines in Prometheus' text form, asked for at each look. */
export type MetricLines = () => readonly string[] | Promise<readonly string[]>;

/** Upper bounds of the histogram of requests, seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface RouteCounts {
  readonly statuses: Map<number, number>;
  readonly buckets: number[];
  seconds: number;
  count: number;
}

/** Counts requests by route (as it is written, never by its parameters) and status. */
export class RequestMetrics {
  readonly #routes = new Map<string, RouteCounts>();

  count(route: string, status: number, seconds: number): void {
    const counts = this.#routes.get(route) ?? {
      statuses: new Map<number, number>(),
      buckets: bounds.map(() => 0),
      seconds: 0,
      count: 0,
    };
    this.#routes.set(route, counts);
    counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
    bounds.forEach((bound, index) => {
      if (seconds <= bound) counts.buckets[index] = (counts.buckets[index] ?? 0) + 1;
    });
    counts.seconds += seconds;
    counts.count += 1;
  }

  lines(): string[] {
    const routes = [...this.#routes].map(([name, counts]) => ({ label: `route="${name}"`, ...counts }));
    return [
      ...metricHelp('kazasu_http_requests_total', 'counter', 'Requests by route and status.'),
      ...routes.flatMap(({ label, statuses }) =>
        [...statuses].map(
          ([status, count]) => `kazasu_http_requests_total{${label},status="${status}"} ${count}`,
        ),
      ),
      ...metricHelp('kazasu_http_request_seconds', 'histogram', 'From a request’s arrival to its answer.'),
      ...routes.flatMap(({ label, buckets, seconds, count }) => [
        ...bounds.map(
          (bound, index) =>
            `kazasu_http_request_seconds_bucket{${label},le="${bound}"} ${buckets[index] ?? 0}`,
        ),
        `kazasu_http_request_seconds_bucket{${label},le="+Inf"} ${count}`,
        `kazasu_http_request_seconds_sum{${label}} ${seconds}`,
        `kazasu_http_request_seconds_count{${label}} ${count}`,
      ]),
    ];
  }
}

/** The two lines that come before a metric's own. */
export function metricHelp(name: string, type: 'counter' | 'gauge' | 'histogram', text: string): string[] {
  return [`# HELP ${name} ${text}`, `# TYPE ${name} ${type}`];
}
