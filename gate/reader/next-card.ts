import { ReaderError } from './reader-error.ts';
import type { ArrivedCard, Reader, ReaderListener, ReaderStatus } from './reader.ts';
import { systemTimer, type Timer } from './timer.ts';

/**
 * Waits for one card on any reader under watch, the one that lies there included.
 *
 * @example
 * const kind = await withNextCard(watch, { milliseconds: 30_000 }, (card) => show(card));
 */
export async function withNextCard<Value>(
  watch: (listener: ReaderListener) => Reader,
  options: {
    readonly milliseconds: number;
    readonly timer?: Timer;
    readonly onStatus?: (status: ReaderStatus) => void;
  },
  use: (card: ArrivedCard) => Promise<Value>,
): Promise<Value> {
  const { milliseconds, timer = systemTimer, onStatus } = options;
  let callOff: () => void = () => undefined;
  let reader: Reader | undefined;
  try {
    const card = await new Promise<ArrivedCard>((resolve, reject) => {
      callOff = timer.after(milliseconds, () => {
        reject(noCard(reader));
      });
      reader = watch({ onCard: resolve, ...(onStatus === undefined ? {} : { onStatus }) });
    });
    return await use(card);
  } finally {
    callOff();
    await reader?.close();
  }
}

function noCard(reader: Reader | undefined): ReaderError {
  const problem = reader?.status.problem;
  return problem === undefined
    ? new ReaderError('no-card', 'No card was held to the reader. Hold one to it, and ask again.')
    : new ReaderError('reader-away', problem);
}
