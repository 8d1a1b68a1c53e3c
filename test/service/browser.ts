import { z } from 'zod';

/** What a request came to. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A program at the staff's screen: speaks JSON, and shows its token where it has one. */
export class StaffScreen {
  readonly #url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(role: 'staff' | 'supervisor', pin: string): Promise<Answer> {
    const answer = await this.post('/session', { role, pin });
    if (answer.status === 200) this.#token = z.object({ token: z.string() }).parse(answer.body).token;
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.#ask('GET', path);
  }

  post(path: string, body: object): Promise<Answer> {
    return this.#ask('POST', path, JSON.stringify(body), 'application/json');
  }

  upload(path: string, bytes: Uint8Array): Promise<Answer> {
    return this.#ask('POST', path, bytes, 'application/octet-stream');
  }

  events(): Promise<EventReader> {
    return readEvents(`${this.#url}/api/staff/events`, this.#headers());
  }

  async #ask(method: string, path: string, body?: string | Uint8Array, type?: string): Promise<Answer> {
    const response = await fetch(`${this.#url}/api/staff${path}`, {
      method,
      headers: { ...this.#headers(), ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  }

  #headers(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }
}

/** Server-sent events, one after the other. */
export interface EventReader {
  next(): Promise<{ readonly event: string; readonly data: Record<string, unknown>; readonly text: string }>;
  close(): Promise<void>;
}

export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const response = await fetch(url, { headers });
  if (response.status !== 200 || response.body === null) throw new Error(`No events: ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  return {
    next: async () => {
      for (;;) {
        const end = waiting.indexOf('\n\n');
        if (end >= 0) {
          const text = waiting.slice(0, end);
          waiting = waiting.slice(end + 2);
          const [, event, data] = /^event: (\S+)\ndata: (.*)$/.exec(text) ?? [];
          if (event === undefined || data === undefined) continue;
          return { event, data: JSON.parse(data) as Record<string, unknown>, text };
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('The events ended.');
        waiting += value;
      }
    },
    close: () => reader.cancel(),
  };
}
