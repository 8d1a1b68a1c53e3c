import type { ZodMiniType } from 'zod/mini';
import { ask, send, TypedBytes } from './ask.ts';
import * as gate from './organiser-gate-messages.ts';
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
const ifMatch = ({ revision }: Pick<Seen, 'revision'>) => ({ 'if-match': `"${revision}"` });

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

  putSeats = (session: Seen, csv: Uint8Array<ArrayBuffer>) =>
    this.#ask(
      'PUT',
      `/sessions/${session.id}/seats`,
      message.session,
      new TypedBytes('text/csv', csv),
      ifMatch(session),
    );
  /** All seats and places of a session, page by page. */
  seats = async (session: string): Promise<message.Seat[]> => {
    const all: message.Seat[] = [];
    let after = '';
    do {
      const page = await this.#ask('GET', `/sessions/${session}/seats?limit=5000${after}`, message.seats);
      all.push(...page.items);
      after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`;
    } while (after !== '');
    return all;
  };
  binding = (session: string) => this.#ask('GET', `/sessions/${session}/binding`, message.binding);

  // Tickets
  tickets = (kind: 'number' | 'application', typed: string) =>
    this.#ask('GET', `/tickets?${kind}=${encodeURIComponent(typed)}`, message.tickets);
  ticket = (id: string) => this.#ask('GET', `/tickets/${id}`, message.ticket);
  issueClaim = (ticket: string) => this.#make(`/tickets/${ticket}/claims`, message.claim, {});
  recallClaim = (ticket: string) => this.#ask('POST', `/tickets/${ticket}/claims/recall`, message.ticket);

  // People and the audit log
  people = () => this.#ask('GET', '/people?limit=200', message.people);
  changePerson = (person: message.Member, role: message.Role, state: message.Member['state']) =>
    this.#ask('PUT', `/people/${person.person}`, message.member, { role, state }, ifMatch(person));
  invite = (role: message.Role) => this.#make('/invitations', message.madeInvitation, { role });
  audit = (after?: string) => this.#ask('GET', `/audit${pageAfter(after)}`, message.audit);

  // Gates and entry lists
  gates = () => this.#ask('GET', '/gates?limit=200', gate.gates);
  makeGateCode = (wanted: gate.Placing & { gate: string }) =>
    this.#make('/gate-codes', gate.gateCode, wanted);
  exportList = (session: string, gateGroup: string) =>
    this.#make(`/sessions/${session}/list-exports`, gate.listExport, { gateGroup, wanted: 'newest' });
  listExport = (id: string) => this.#ask('GET', `/list-exports/${id}`, gate.listExport);
  entryLists = (session: string) => this.#ask('GET', `/sessions/${session}/entry-lists`, gate.entryLists);
  entryListFile = async (id: string): Promise<Blob> =>
    (await this.#sent('GET', `/entry-lists/${id}/file`)).blob();

  // Cases
  cases = (state: gate.CaseState, after?: string) =>
    this.#ask('GET', `/cases${pageAfter(after, { state })}`, gate.cases);
  case = (id: string) => this.#ask('GET', `/cases/${id}`, gate.oneCase);
  takeCase = (one: Seen) => this.#ask('POST', `/cases/${one.id}/take`, gate.oneCase, {}, ifMatch(one));
  closeCase = (one: Seen, outcome: string) =>
    this.#ask('POST', `/cases/${one.id}/close`, gate.oneCase, { outcome }, ifMatch(one));
  reopenCase = (one: Seen, why: string) =>
    this.#ask('POST', `/cases/${one.id}/reopen`, gate.oneCase, { why }, ifMatch(one));

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
    await this.#sent(method, path, body);
  }

  #sent(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Response> {
    return this.#noticed(send(method, at(path), body, this.#headers()));
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

function pageAfter(after: string | undefined, filter: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...filter, ...(after === undefined ? {} : { after }) }).toString();
  return query === '' ? '' : `?${query}`;
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

export const organiserClient = new OrganiserClient();
