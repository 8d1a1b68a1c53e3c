import { createHash, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { importRoot, type Root } from '../../hsm/certificate/root.ts';
import { readApplication, type ApplicationForm } from '../../ticketing/signed-form/application-form.ts';
import { readBinding } from '../../ticketing/signed-form/binding-form.ts';
import type { Authority } from '../authority/authority.ts';
import { sampleApplication, sampleClaimCode } from './sample-tasks.ts';

/** What the stand-in's catalogue has. */
const catalogue = {
  events: [
    {
      id: 'spring',
      name: sampleApplication.event,
      sessions: [
        {
          id: sampleApplication.session,
          title: sampleApplication.title,
          startsAt: '2035-04-03T18:00:00+09:00',
          saleFrom: '2020-01-01T00:00:00.000Z',
          saleUntil: '2035-04-03T00:00:00.000Z',
          companions: ['own-cards', 'enter-together'],
          mostTickets: 4,
          categories: [
            { id: 'S', text: sampleApplication.categoryText, price: 8000, left: 12 },
            { id: 'A', text: { ja: 'A席', en: 'A seat' }, price: 5000, left: 40 },
          ],
        },
      ],
    },
  ],
};

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const application = z.strictObject({
  form: base64,
  signature: base64,
  signatureCertificate: base64,
  authenticationCertificate: base64,
});
const bind = z.strictObject({
  code: z.string(),
  form: base64,
  signature: base64,
  authenticationCertificate: base64,
});
const lookUp = z.strictObject({ code: z.string() });

type Answer = readonly [status: number, body: object, headers?: Readonly<Record<string, string>>];

/**
 * The ticketing service's side of the contract, small and strict, on a port of its own: what is not signed
 * by the certificate that comes with it, under the authority's roots, is refused.
 */
export class TicketingStandIn {
  /** The applications that were taken, in their order; each once. */
  readonly taken: ApplicationForm[] = [];
  readonly bound: string[] = [];
  /** Every request that came, by method and address. */
  readonly requests: string[] = [];
  /** What is answered to applications in place of taking them. */
  refuseWith: { readonly status: number; readonly code: string; readonly detail: string } | undefined;
  readonly #roots: Record<'signature' | 'authentication', readonly Root[]>;
  readonly #challenges = new Map<string, string>();
  #server: Server | undefined;
  #port = 0;

  static async start(authority: Authority): Promise<TicketingStandIn> {
    const standIn = new TicketingStandIn(authority);
    await standIn.comeBack();
    return standIn;
  }

  private constructor(authority: Authority) {
    const roots = (purpose: 'signature' | 'authentication'): readonly Root[] =>
      authority.rootCertificates(purpose).map((der) => importRoot(der));
    this.#roots = { signature: roots('signature'), authentication: roots('authentication') };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nobody listens there any more. */
  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  /** Listens again, at the same address. */
  async comeBack(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    let answer: Answer;
    try {
      answer = this.#answer(request, Buffer.concat(chunks).toString('utf8'));
    } catch {
      answer = problem(422, 'malformed', 'What was sent is not what was agreed.');
    }
    const [status, body, headers] = answer;
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(status === 304 ? undefined : JSON.stringify(body));
  }

  #answer({ method, url, headers }: IncomingMessage, text: string): Answer {
    const asked = `${method ?? ''} ${url ?? ''}`;
    if (asked === 'GET /api/catalogue') return answerCatalogue(headers['if-none-match']);
    const body: unknown = JSON.parse(text);
    if (asked === 'POST /api/applications') return this.#apply(body, headers['idempotency-key']);
    if (asked === 'POST /api/claims/look-up') return this.#lookUp(body);
    if (asked === 'POST /api/claims/bind') return this.#bind(body);
    return problem(404, 'not-found', 'There is no such page.');
  }

  #apply(body: unknown, key: unknown): Answer {
    if (this.refuseWith !== undefined) {
      const { status, code, detail } = this.refuseWith;
      return problem(status, code, detail);
    }
    const {
      form: bytes,
      signature,
      signatureCertificate,
      authenticationCertificate,
    } = application.parse(body);
    const form = readApplication(bytes);
    if (key !== form.id) return problem(400, 'idempotency-key-missing', 'The key must be the form’s id.');
    if (!this.#isSigned('signature', signatureCertificate, bytes, signature)) {
      return problem(422, 'wrong-signature', 'The signature does not hold.');
    }
    if (!this.#isGood('authentication', authenticationCertificate)) {
      return problem(422, 'certificate-refused', 'The authentication certificate is not accepted.');
    }
    const before = this.taken.findIndex(({ id }) => id === form.id);
    if (before < 0) this.taken.push(form);
    const number = (before < 0 ? this.taken.length : before + 1) + 4710;
    return [
      201,
      {
        application: String(number),
        state: 'reserved',
        seats: Array.from({ length: form.tickets }, (_, index) => `1階 ${number}列 ${index + 1}番`),
        total: form.total,
        dueAt: '2035-01-20T14:59:59.000Z',
        slip: { number: `77-${number}`, url: `${this.url}/slips/${number}` },
        seen: 'a field that kiosks of today do not know',
      },
    ];
  }

  #lookUp(body: unknown): Answer {
    const { code } = lookUp.parse(body);
    if (code !== sampleClaimCode) return problem(404, 'no-such-claim', 'No ticket waits under this code.');
    const challenge = randomBytes(32).toString('hex');
    this.#challenges.set(code, challenge);
    const { event, title } = sampleApplication;
    return [
      200,
      { challenge, ticket: 'ticket-2', event, title, startsAt: '2035-04-03T18:00:00+09:00', more: 1 },
    ];
  }

  #bind(body: unknown): Answer {
    const { code, form: bytes, signature, authenticationCertificate } = bind.parse(body);
    const form = readBinding(bytes);
    if (this.#challenges.get(code) !== form.challenge) {
      return problem(409, 'challenge-over', 'Begin again.');
    }
    this.#challenges.delete(code);
    if (!this.#isSigned('authentication', authenticationCertificate, bytes, signature)) {
      return problem(422, 'wrong-signature', 'The signature does not hold.');
    }
    this.bound.push(form.ticket);
    return [201, {}];
  }

  #isGood(purpose: 'signature' | 'authentication', certificate: Uint8Array): boolean {
    const rule = { purpose, roots: this.#roots[purpose], at: new Date() };
    return checkCertificate(certificate, rule).verdict === 'accepted';
  }

  #isSigned(
    purpose: 'signature' | 'authentication',
    certificate: Uint8Array,
    bytes: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    const rule = { purpose, roots: this.#roots[purpose], at: new Date() };
    const checked = checkCertificate(certificate, rule);
    return (
      checked.verdict === 'accepted' && verify('sha256', bytes, checked.certificate.publicKey, signature)
    );
  }
}

function answerCatalogue(known: string | undefined): Answer {
  const text = JSON.stringify(catalogue);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
  return known === etag ? [304, {}, { etag }] : [200, catalogue, { etag }];
}

function problem(status: number, code: string, detail: string): Answer {
  return [status, { type: `urn:kazasu:problem:${code}`, title: code, status, detail, code }];
}
