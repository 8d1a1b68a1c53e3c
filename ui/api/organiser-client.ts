import type { ZodMiniType } from 'zod/mini';
import { ask, send } from './ask.ts';
import * as message from './organiser-messages.ts';
import { ProblemError } from './problem.ts';

/** What a session is to be; the service has its own words for what is left out. */
export type SessionWish = Partial<message.SessionSettings> & {
  readonly title: message.Words;
  readonly startsAt: string;
  readonly saleFrom: string;
  readonly saleUntil: string;
};

/** Something with a revision: it is changed only as it was seen. */
interface Seen {
  readonly id: string;
  readonly revision: number;
}

const at = (path: string): string => `/api${path}`;
const ifMatch = ({ revision }: Seen) => ({ 'if-match': `"${revision}"` });

/** All that the organiser's screen asks of the ticketing service, in one organisation. */
class OrganiserClient {
  /** Which organisation the requests are about, where the person belongs to several. */
  organisation: string | undefined;
  /** Called where the service says that nobody is signed in any more. */
  onSignedOut: () => void = () => undefined;
  #lastMade = { asked: '', key: '' };

  // Signing in
  me = () => this.#ask('GET', '/me', message.oneself);
  signIn = (signIn: string, password: string) =>
    this.#send('POST', '/sign-in/password', { signIn, password });
  beginPasskeySignIn = () => this.#ask('POST', '/sign-in/passkey/begin', message.passkeyOptions);
  signInByPasskey = (answer: object) => this.#send('POST', '/sign-in/passkey', answer);
  signOut = () => this.#send('POST', '/sign-out');
  lookAtInvitation = (secret: string) =>
    this.#ask('POST', '/invitation/look', message.invitation, { secret });
  acceptInvitation = (secret: string, person?: { name: string; signIn: string; password: string }) =>
    this.#send('POST', '/invitation/accept', { secret, ...(person === undefined ? {} : { person }) });
  beginPasskey = () => this.#ask('POST', '/me/passkeys/begin', message.passkeyOptions);
  addPasskey = (label: string, passkey: object) =>
    this.#ask('POST', '/me/passkeys', message.made, { label, passkey });

  // Events and sessions
  events = (after?: string) => this.#ask('GET', `/events${pageAfter(after)}`, message.events);
  event = (id: string) => this.#ask('GET', `/events/${id}`, message.event);
  makeEvent = (event: { name: string; text: message.Words; quota?: number }) =>
    this.#make('/events', message.event, event);
  session = (id: string) => this.#ask('GET', `/sessions/${id}`, message.session);
  addSession = (event: string, session: SessionWish & { name: string }) =>
    this.#make(`/events/${event}/sessions`, message.session, session);
  changeSession = (session: Seen, settings: SessionWish) =>
    this.#ask('PUT', `/sessions/${session.id}`, message.session, settings, ifMatch(session));
  setSessionState = (session: Seen, state: message.SessionState) =>
    this.#ask('PUT', `/sessions/${session.id}/state`, message.session, { state }, ifMatch(session));
  addCategory = (
    session: Seen,
    category: { name: string; text: message.Words; price: number; places?: { count: number } },
  ) => this.#make(`/sessions/${session.id}/categories`, message.session, category, ifMatch(session));

  #headers(): Record<string, string> {
    return this.organisation === undefined ? {} : { 'kazasu-organisation': this.organisation };
  }

  async #ask<Answer>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    answer: ZodMiniType<Answer>,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.#noticed(ask(method, at(path), answer, body, { ...this.#headers(), ...headers }));
  }

  async #send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    await this.#noticed(send(method, at(path), body, this.#headers()));
  }

  /** Makes something; asked again after an answer was lost, it is not made a second time. */
  async #make<Answer>(
    path: string,
    answer: ZodMiniType<Answer>,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const asked = `${path} ${JSON.stringify(body)}`;
    if (this.#lastMade.asked !== asked) this.#lastMade = { asked, key: newKey() };
    const { key } = this.#lastMade;
    const got = await this.#ask('POST', path, answer, body, { ...headers, 'idempotency-key': key });
    this.#lastMade = { asked: '', key: '' };
    return got;
  }

  async #noticed<Answer>(answering: Promise<Answer>): Promise<Answer> {
    try {
      return await answering;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'not-signed-in') this.onSignedOut();
      throw error;
    }
  }
}

function pageAfter(after: string | undefined): string {
  return after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

export const organiserClient = new OrganiserClient();
