import type { Browser, CDPSession, Page } from 'playwright-core';
import { present } from '../gate/decide/presentation.ts';
import { isReady } from '../gate/service/standing.ts';
import { openTerminal, standing } from '../test/service/terminal.ts';
import { launchChromium } from '../test/ui/chromium.ts';
import { sampleVerdicts } from '../test/ui/sample-verdicts.ts';
import { openStage } from '../test/ui/stage.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { distribution, inWords, loadNow, ms, spreadOf } from './gate-bench/spread.ts';
import { inTurn } from './gate-bench/take-taps.ts';

const taps = 60;
const crowd = 20;
/** A card every three seconds for a day. */
const day = 28_800;
const tenths = 10;
const atOnce = 48;
const viewport = { width: 1080, height: 1920 };

/** What the page's process holds on to, after a full collection. */
interface Held {
  readonly megabytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** From the gate's decision to the visitor's screen; and what a day of that leaves in the page. */
export const screenVerdict: Benchmark = {
  id: 'screen-verdict',
  title: 'from the gate’s decision to the visitor’s screen, and a day of it',
  async run(say): Promise<BenchmarkResult> {
    const browser = await launchChromium();
    try {
      say(`${taps} taps through pcscd before a real screen`);
      const delays = await measureDelays(browser);
      say(`${day} verdicts, one after the other`);
      const held = await measureDay(browser, say);
      return resultOf(delays, held);
    } finally {
      await browser.close();
    }
  },
};

async function measureDelays(browser: Browser): Promise<number[]> {
  const terminal = await openTerminal({ crowd, rules: { entry: 'freely' } });
  const page = await browser.newPage({ viewport });
  try {
    await standing(terminal.service, isReady);
    await page.goto(terminal.url);
    await page.locator('[data-message=ready]').waitFor();
    const milliseconds: number[] = [];
    for (let tap = 0; tap < taps; tap += 1) {
      await page.evaluate('performance.clearMarks()');
      let decided = Number.NaN;
      const end = terminal.service.listen((news) => {
        if (news.kind === 'tapped') decided = performance.timeOrigin + performance.now();
      });
      await terminal.hold(terminal.visitor(`visitor ${(tap % crowd) + 1}`).card);
      end();
      milliseconds.push((await shownAt(page)) - decided);
    }
    return milliseconds;
  } finally {
    await page.close();
    await terminal.close();
  }
}

/** When the verdict's frame was drawn, on the clock of the machine: the page marks that itself. */
async function shownAt(page: Page): Promise<number> {
  await page.waitForFunction("performance.getEntriesByName('verdict-shown').length > 0");
  return page.evaluate<number>(
    "performance.timeOrigin + performance.getEntriesByName('verdict-shown')[0].startTime",
  );
}

async function measureDay(browser: Browser, say: (text: string) => void): Promise<Held[]> {
  const stage = await openStage();
  const page = await browser.newPage({ viewport });
  try {
    await page.goto(stage.url);
    await page.locator('[data-message=ready]').waitFor();
    const inspector = await page.context().newCDPSession(page);
    await inspector.send('Performance.enable');
    const held: Held[] = [];
    for (let shown = 0; shown < day; shown += atOnce) {
      for (let one = shown; one < shown + atOnce; one += 1) {
        const { light, icon, sound, pattern, visitor } = present(inTurn(sampleVerdicts, one));
        stage.say('holding', {});
        stage.say('verdict', { light, icon, sound, pattern, ...visitor });
      }
      // A card that is held is shown at once: when this is there, so was all before it.
      stage.say('holding', {});
      await page.locator('[data-message=holding]').waitFor();
      if ((shown + atOnce) % (day / tenths) === 0) {
        held.push(await look(page, inspector));
        say(`${shown + atOnce}: ${ms(held.at(-1)?.megabytes ?? Number.NaN)} MB`);
      }
    }
    return held;
  } finally {
    await page.close();
    await stage.close();
  }
}

/** After the last tone has ended: while one sounds, the page holds on to it. */
async function look(page: Page, inspector: CDPSession): Promise<Held> {
  await page.waitForTimeout(2000);
  await inspector.send('HeapProfiler.collectGarbage');
  const { metrics } = await inspector.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    megabytes: of('JSHeapUsedSize') / 1e6,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
  };
}

function resultOf(delays: readonly number[], held: readonly Held[]): BenchmarkResult {
  const [second, last] = [held[1], held.at(-1)];
  if (second === undefined || last === undefined) throw new Error('A day has ten tenths.');
  const delay = spreadOf(delays);
  const grown = last.megabytes / second.megabytes;
  return {
    id: 'screen-verdict',
    value: delay.p99,
    unit: 'ms (p99)',
    reach: '≤ 50 ms; a day’s taps leave memory flat (last tenth within 5 % of the second)',
    met: delay.p99 <= 50 && Math.abs(grown - 1) <= 0.05,
    beside: [
      { name: 'median', value: delay.median, ratio: delay.median / delay.p99 },
      { name: 'the page’s heap after a day (MB)', value: last.megabytes, ratio: grown },
    ],
    note:
      `${delays.length} taps of virtual cards through pcscd at a gate with its screens, Chromium without a ` +
      'window on the same machine: from the moment the verdict is on disk and told, to the mark that the page ' +
      `sets once the frame with the verdict is drawn. ${inWords(delay)}. A day: ${day} verdicts of every sort, ` +
      'each after a held card, as fast as the page takes them; after each tenth a full collection. Heap, DOM ' +
      `nodes and listeners at the second tenth: ${ms(second.megabytes)} MB, ${second.nodes}, ` +
      `${second.listeners}; at the last: ${ms(last.megabytes)} MB, ${last.nodes}, ${last.listeners}. The ratio ` +
      `beside the heap is last over second. ${loadNow()}`,
    plots: [
      {
        title: 'From the decision to the screen',
        x: { label: 'ms', log: true },
        y: { label: '% of taps at or under' },
        series: [{ name: 'verdict shown', points: distribution(delays) }],
      },
      {
        title: 'The page’s heap through a day',
        x: { label: 'verdicts' },
        y: { label: 'MB' },
        series: [
          {
            name: 'after a full collection',
            points: held.map(({ megabytes }, tenth) => [((tenth + 1) * day) / tenths, megabytes]),
          },
        ],
      },
    ],
  };
}
