import { join } from 'node:path';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { loadCardProfile } from '../card/profile.ts';
import type { GateConfig } from '../config/config.ts';
import { checkJournal, type CheckedJournal } from '../journal/check-journal.ts';
import { watchPcscReaders } from '../reader/pcsc-reader.ts';
import type { PrinterStatus } from '../receipt/printer-state.ts';
import type { Reader, ReaderListener } from '../reader/reader.ts';
import { CheckError } from './check-error.ts';
import { look, type CheckItem } from './check-item.ts';
import { checkClock } from './clock.ts';
import { checkDisk } from './disk.ts';
import { checkKeys, checkTerminalCertificate } from './keys.ts';
import { checkPack } from './pack.ts';
import { askPrinter, checkPrinter } from './printer.ts';
import { checkReaders } from './readers.ts';
import { checkTestCard, type TestCard } from './test-card.ts';

/** How a gate came through its ready check. */
export interface ReadyReport {
  readonly ready: boolean;
  readonly items: readonly CheckItem[];
}

export interface ReadyCheckOptions {
  readonly config: GateConfig;
  /** The HSM's; asked once. */
  readonly pin: () => Promise<string>;
  readonly now?: () => number;
  /** What a running gate knows of its printer, which takes one conversation at a time; else it is asked. */
  readonly printer?: () => PrinterStatus | undefined;
  /** Where given, a test card is waited for and goes through the whole chain. */
  readonly testCard?: TestCard;
}

/**
 * The ready check before doors: looks at everything that a gate needs, one by one, and says of each that it
 * is ready or how to mend it. It changes nothing, and does not disturb a gate that is running.
 *
 * @example
 * const { ready, items } = await readyCheck({ config, pin: () => readPin(TOKEN_PIN) });
 */
export async function readyCheck(options: ReadyCheckOptions): Promise<ReadyReport> {
  const { config, pin, now = Date.now, testCard } = options;
  const { module, token: label, parameters } = config.pkcs11;
  const watch = (listener: ReaderListener): Reader => watchPcscReaders({ reader: config.reader }, listener);
  const at = new Date(now());
  let token: Token | undefined;
  let journal: CheckedJournal | undefined;
  const inToken = async (use: (token: Token) => Promise<string>): Promise<string> => {
    if (token === undefined) throw new CheckError('needs-other', 'Not looked at yet: mend the HSM first.');
    return use(token);
  };
  try {
    const items = [
      await look('readers', () => checkReaders(watch)),
      await look('hsm', async () => {
        const more = parameters === undefined ? {} : { parameters };
        token = await openToken({ module, token: label, pin: await pin(), ...more });
        return `The token “${label}” is there, and takes the PIN.`;
      }),
      await look('keys', () => inToken(checkKeys)),
      await look('terminal-certificate', () =>
        inToken((opened) =>
          checkTerminalCertificate(opened, config.state, loadCardProfile(config.cardProfile).name, at),
        ),
      ),
      await look('pack', () => checkPack(config, token, at)),
      await look('disk', () => checkDisk(config.state)),
      await look('journal', () => {
        journal = checkJournal(join(config.state, 'journal.sqlite'));
        return describeJournal(journal);
      }),
      await look('clock', () => checkClock(config, journal?.end?.at, at)),
    ];
    const { printer } = config;
    if (printer !== undefined) {
      const ask = async (): Promise<string> =>
        checkPrinter(options.printer?.() ?? (await askPrinter(printer)));
      items.push(await look('printer', ask));
    }
    const others = items.every(({ ready }) => ready);
    if (testCard !== undefined) {
      const card = await look('card', () =>
        inToken((opened) => {
          refuseWhile(journal?.inUse === true, others);
          return checkTestCard({ config, token: opened, now, watch, wait: testCard });
        }),
      );
      items.push(card);
    }
    return { ready: items.every(({ ready }) => ready), items };
  } finally {
    token?.close();
  }
}

function describeJournal({ end, inUse }: CheckedJournal): string {
  const what =
    end === undefined
      ? 'None yet: it begins when the gate opens'
      : `Sound, log ${end.epoch} with ${end.size} entries`;
  return inUse ? `${what}; in use by a running gate.` : `${what}.`;
}

function refuseWhile(running: boolean, othersReady: boolean): void {
  if (running) {
    throw new CheckError(
      'gate-running',
      'A gate is running on this reader, and takes the card itself: close it first, or see what it says to the card.',
    );
  }
  if (!othersReady) {
    throw new CheckError('needs-other', 'No card was asked for: mend what else is not ready first.');
  }
}
