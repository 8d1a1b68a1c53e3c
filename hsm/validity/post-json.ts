import { setTimeout as pause } from 'node:timers/promises';
import { ValidityError } from './validity-error.ts';

/** How patient to be. A question may be asked again: it changes nothing at the authority. */
export interface RetryRules {
  /** How long to wait for each answer, in milliseconds; default 10,000. */
  readonly timeout?: number;
  /** How often to ask at most; default 3. */
  readonly attempts?: number;
  /** Waits between attempts; tests need not. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** What answers about 500 certificates never reach. */
const LONGEST_ANSWER = 4_000_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
const WORTH_ASKING_AGAIN: readonly ValidityError['code'][] = ['unreachable', 'timed-out', 'busy'];

/** What one attempt ended in, and how long the other side asked to be left alone. */
class AttemptFailed extends Error {
  readonly reason: ValidityError;
  readonly retryAfter: number;

  constructor(reason: ValidityError, retryAfter = 0) {
    super(reason.message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/**
 * Posts JSON and answers the JSON that comes back, unchecked. Asks again, after a pause that doubles (or
 * that the authority named), where it was not reached, too slow or busy; never where it said no.
 */
export async function postJson(url: string, question: object, rules: RetryRules): Promise<unknown> {
  const { timeout = 10_000, attempts = 3, pause: wait = pause } = rules;
  for (let attempt = 1; ; attempt++) {
    try {
      return await postOnce(url, question, timeout);
    } catch (error) {
      if (!(error instanceof AttemptFailed)) throw error;
      if (attempt >= attempts || !WORTH_ASKING_AGAIN.includes(error.reason.code)) throw error.reason;
      await wait(Math.min(LONGEST_PAUSE, Math.max(error.retryAfter, FIRST_PAUSE * 2 ** (attempt - 1))));
    }
  }
}

async function postOnce(url: string, question: object, timeout: number): Promise<unknown> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(question),
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw refusalOf(response);
    return parse(await readText(response));
  } catch (error) {
    if (error instanceof AttemptFailed) throw error;
    throw new AttemptFailed(
      signal.aborted
        ? new ValidityError('timed-out', 'The authority did not answer in time; try again later.', {
            cause: error,
          })
        : new ValidityError(
            'unreachable',
            'The authority cannot be reached; check the network and its address.',
            {
              cause: error,
            },
          ),
    );
  }
}

function refusalOf(response: Response): AttemptFailed {
  const { status } = response;
  if (status === 429 || status >= 500) {
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    const busy = new ValidityError('busy', `The authority is busy (HTTP ${status}); try again later.`);
    return new AttemptFailed(busy, Number.isFinite(seconds) ? seconds * 1000 : 0);
  }
  const refused = `The authority refused the question (HTTP ${status}); check the contract’s settings.`;
  return new AttemptFailed(new ValidityError('refused', refused));
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    chunks.push(bytes);
    length += bytes.length;
    if (length > LONGEST_ANSWER) {
      const tooLong = 'The authority’s answer is far longer than any should be; check its address.';
      throw new AttemptFailed(new ValidityError('answer-too-long', tooLong));
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not as the cause: a parser's message quotes what it read, and that may be serials.
    const notJson = 'The authority’s answer is not JSON; check its address.';
    throw new AttemptFailed(new ValidityError('answer-not-understood', notJson));
  }
}
