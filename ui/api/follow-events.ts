import { EventReader } from './read-events.ts';
import { problemIn, type Problem } from './problem.ts';

export interface Follower {
  /** An event arrived; its data is whatever the server sent. */
  readonly onEvent: (event: string, data: unknown) => void;
  /** The stream is there, or it is lost and looked for again. */
  readonly onConnection: (connected: boolean) => void;
  /** The server does not want to: asked again only where it is too busy. */
  readonly onRefused?: (problem: Problem) => void;
}

/** The server shows every 2.5 s that it lives; a silence of this long means that it does not. */
const silence = 7_000;
const firstRetry = 500;
const longestRetry = 2_000;

/**
 * Follows a stream of server-sent events, and comes back to it by itself. `EventSource` would not do: it hides
 * why a server refuses, and that a server has gone silent.
 * Answers what ends it.
 */
export function followEvents(url: string, follower: Follower): () => void {
  const over = new AbortController();
  void follow(url, follower, over.signal);
  return () => {
    over.abort();
  };
}

async function follow(url: string, follower: Follower, over: AbortSignal): Promise<void> {
  let retry = firstRetry;
  const isOver = (): boolean => over.aborted;
  while (!isOver()) {
    const refused = await readOnce(url, follower, over, () => {
      retry = firstRetry;
    });
    if (refused !== undefined && refused.code !== 'busy') {
      follower.onRefused?.(refused);
      return;
    }
    if (!isOver()) follower.onConnection(false);
    await pause(retry, over);
    retry = Math.min(2 * retry, longestRetry);
  }
}

/** Reads until the stream ends, however that comes; answers the problem where there never was one. */
async function readOnce(
  url: string,
  { onEvent, onConnection }: Follower,
  over: AbortSignal,
  connected: () => void,
): Promise<Problem | undefined> {
  const silent = new AbortController();
  let listening: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(listening);
    listening = setTimeout(() => {
      silent.abort();
    }, silence);
  };
  try {
    alive();
    const response = await fetch(url, {
      cache: 'no-store',
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([over, silent.signal]),
    });
    if (!response.ok || response.body === null) return await problemIn(response);
    connected();
    onConnection(true);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      alive();
      for (const { event, data } of events.read(value)) onEvent(event, JSON.parse(data));
    }
  } catch {
    return undefined;
  } finally {
    clearTimeout(listening);
    // What is not JSON ends the stream as well: let go of it.
    silent.abort();
  }
}

function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    over.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
