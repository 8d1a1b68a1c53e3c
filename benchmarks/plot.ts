import type { Axis, Plot } from './benchmark.ts';

const width = 720;
const height = 360;
const margin = { left: 80, right: 170, top: 40, bottom: 50 };
const colours = ['#0b57d0', '#b3261e', '#146c2e', '#7b4dff', '#a05a00', '#00677d'];
const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 4', '10 4'];

/** Makes text safe inside HTML and SVG. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}

/** A line plot as SVG; series differ by colour and by dash, for those who do not see colours. */
export function renderPlot(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  const x = scale(
    plot.x,
    points.map(([value]) => value),
    margin.left,
    width - margin.right,
  );
  const y = scale(
    plot.y,
    points.map(([, value]) => value),
    height - margin.bottom,
    margin.top,
  );
  const lines = plot.series.map((series, index) => {
    const colour = colours[index % colours.length] ?? '#000';
    const path = series.points
      .map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x.at(px).toFixed(1)} ${y.at(py).toFixed(1)}`)
      .join(' ');
    const legend = margin.top + 14 + index * 22;
    const right = width - margin.right + 12;
    return [
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes[index % dashes.length] ?? ''}"/>`,
      ...series.points.map(
        ([px, py]) =>
          `<circle cx="${x.at(px).toFixed(1)}" cy="${y.at(py).toFixed(1)}" r="3" fill="${colour}"/>`,
      ),
      `<path d="M${right} ${legend - 4}h24" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes[index % dashes.length] ?? ''}"/>`,
      `<text x="${right + 30}" y="${legend}">${escape(series.name)}</text>`,
    ].join('');
  });
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<path d="M${x.at(tick)} ${margin.top}V${height - margin.bottom}" stroke="#eee"/><text x="${x.at(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle">${label(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<path d="M${margin.left} ${y.at(tick)}H${width - margin.right}" stroke="#eee"/><text x="${margin.left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${label(tick)}</text>`,
    ),
  ];
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${escape(plot.title)}</title>
<text x="${margin.left}" y="20" font-size="14" font-weight="bold">${escape(plot.title)}</text>
${grid.join('\n')}
${lines.join('\n')}
<text x="${(margin.left + width - margin.right) / 2}" y="${height - 10}" text-anchor="middle">${escape(plot.x.label)}</text>
<text transform="translate(16 ${(margin.top + height - margin.bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(plot.y.label)}</text>
</svg>`;
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scale(axis: Axis, values: readonly number[], from: number, to: number): Scale {
  if (axis.log === true) {
    const low = Math.floor(Math.log10(Math.min(...values)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
    const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
    return { ticks, at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) };
  }
  const top = niceTop(Math.max(...values, 0));
  const ticks = Array.from({ length: 6 }, (_, index) => (top * index) / 5);
  return { ticks, at: (value) => from + (value / top) * (to - from) };
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

function label(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))} k`;
  return Number(value.toPrecision(3)).toString();
}
