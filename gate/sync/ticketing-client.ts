import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { signRequest } from '../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import {
  enrolmentAnswer,
  type EnrolmentAnswer,
  type EnrolmentRequest,
} from '../../ticketing/gate-api/enrolment.ts';
import {
  gatePaths,
  journalAnswer,
  offeredPacks,
  type JournalAnswer,
  type OfferedPack,
} from '../../ticketing/gate-api/messages.ts';
import { SyncError } from './sync-error.ts';

export interface TicketingClientOptions {
  /** Where the service is, as the configuration has it. */
  readonly url: string;
  /** The gate's identity key; asked for at each request, since an HSM may come and go. */
  readonly identity: () => Promise<Signer>;
  readonly now: () => number;
  /** Ends whatever is under way. */
  readonly ended?: AbortSignal;
  /** How long an answer may take, in milliseconds: a short one, and one with a file either way. */
  readonly patience?: { readonly answer: number; readonly file: number };
}

const mostAnswerBytes = 8 * 1024 * 1024;
const usual = { answer: 15_000, file: 300_000 };

/**
 * Asks the ticketing service, each request signed with the gate's identity key. What it answers is data from
 * outside: its form is checked here, and what it means by whoever takes it.
 *
 * @example
 * const client = new TicketingClient({ url: config.ticketing, identity, now: Date.now });
 * for (const offered of await client.packs()) await service.take(await client.file(offered));
 */
export class TicketingClient {
  readonly #options: TicketingClientOptions;

  constructor(options: TicketingClientOptions) {
    this.#options = options;
  }

  /** Has this gate enrolled. */
  async enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    const body = Buffer.from(JSON.stringify(request));
    return this.#json(enrolmentAnswer, gatePaths.enrolment, { body, type: 'application/json' });
  }

  /** The packs and deltas that the service has for this gate. */
  async packs(): Promise<readonly OfferedPack[]> {
    return (await this.#json(offeredPacks, gatePaths.packs)).packs;
  }

  /** One of them, whole. Its own signature says whether it is one at all. */
  async file({ digest, bytes }: OfferedPack): Promise<Uint8Array> {
    const response = await this.#ask(`${gatePaths.packs}/${digest}`, undefined, this.#patience.file);
    const hash = createHash('sha256');
    const file = await read(response, bytes, (chunk) => hash.update(chunk));
    if (file?.length === bytes && hash.digest('hex') === digest) return file;
    throw new SyncError(
      'wrong-file',
      'The ticketing service sent another file than it offered; it is asked for again.',
    );
  }

  /** Hands the journal over. */
  async handOver(file: Uint8Array): Promise<JournalAnswer> {
    return this.#json(journalAnswer, gatePaths.journal, { body: file, type: 'application/octet-stream' });
  }

  get #patience(): { readonly answer: number; readonly file: number } {
    return this.#options.patience ?? usual;
  }

  async #json<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    sent?: { readonly body: Uint8Array; readonly type: string },
  ): Promise<z.output<Schema>> {
    const { answer, file } = this.#patience;
    const response = await this.#ask(path, sent, sent === undefined ? answer : file);
    const checked = schema.safeParse(parse(await read(response, mostAnswerBytes)));
    if (checked.success) return checked.data;
    throw notUnderstood(checked.error);
  }

  async #ask(
    path: string,
    sent: { readonly body: Uint8Array; readonly type: string } | undefined,
    patience: number,
  ): Promise<Response> {
    const { url: base, identity, now, ended } = this.#options;
    const url = new URL(base + path).href;
    const method = sent === undefined ? 'GET' : 'POST';
    const body = sent === undefined ? {} : { body: sent.body };
    const signed = await signRequest({ method, url, ...body }, await identity(), { now: now() });
    const timeout = AbortSignal.timeout(patience);
    const response = await reached(
      fetch(url, {
        method,
        ...body,
        headers: { ...signed, ...(sent === undefined ? {} : { 'content-type': sent.type }) },
        redirect: 'error',
        signal: ended === undefined ? timeout : AbortSignal.any([timeout, ended]),
      }),
    );
    if (response.ok) return response;
    throw await refusalOf(response);
  }
}

async function reached<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (cause) {
    throw new SyncError(
      'unreachable',
      'The ticketing service does not answer; look at the network and at "ticketing" in the configuration.',
      { cause },
    );
  }
}

/** The service's own words are shown to nobody: only its code, where it is one. */
async function refusalOf(response: Response): Promise<SyncError> {
  const { status } = response;
  let code = '';
  try {
    const problem = parse(await read(response, 64 * 1024)) as { code?: unknown } | null;
    const given = problem?.code;
    if (typeof given === 'string' && /^[a-z][a-z0-9-]{0,63}$/.test(given)) code = `, ${given}`;
  } catch {
    // The status says enough.
  }
  return status === 429 || status >= 500
    ? new SyncError(
        'busy',
        `The ticketing service is busy or has trouble (HTTP ${status}${code}); it is asked again later.`,
      )
    : new SyncError(
        'refused',
        `The ticketing service refuses this gate (HTTP ${status}${code}); see on the organiser’s screen whether the gate is enrolled, and whether its clock is right.`,
      );
}

/** The whole body; undefined where it is longer than that. */
async function read(
  response: Response,
  most: number,
  each: (chunk: Uint8Array) => unknown = () => undefined,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  const reading = async (): Promise<void> => {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > most) return;
      each(chunk);
      chunks.push(chunk);
    }
  };
  await reached(reading());
  return length > most ? undefined : Buffer.concat(chunks);
}

function parse(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) throw notUnderstood();
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw notUnderstood(cause);
  }
}

function notUnderstood(cause?: unknown): SyncError {
  return new SyncError(
    'not-understood',
    'The answer is not what a ticketing service of this version says; look at "ticketing" in the configuration.',
    { cause },
  );
}
