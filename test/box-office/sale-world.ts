// All that taking applications needs, of real parts: SoftHSM, the sandbox's authority, cards that sign.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { importRoot } from '../../hsm/certificate/root.ts';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { makeStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken, type Token, type TokenOptions } from '../../hsm/token/token.ts';
import { Applications, type ApplicationsOptions } from '../../ticketing/applications/applications.ts';
import type { SubmissionBody } from '../../ticketing/applications/submission.ts';
import { eventFields, readFields } from '../../ticketing/events/event-fields.ts';
import { Events, type Asker } from '../../ticketing/events/events.ts';
import { openServiceKeys, type ServiceKeys } from '../../ticketing/keys/service-keys.ts';
import { writeApplication, type ApplicationForm } from '../../ticketing/signed-form/application-form.ts';
import { newId } from '../../ticketing/store/new-id.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { Authority } from '../authority/authority.ts';
import type { Person, PersonOptions } from '../authority/person.ts';
import { validityPort } from '../authority/validity-port.ts';
import { makeTokenBed, type TokenBed } from '../token/modules.ts';

const day = 86_400_000;

/** What an event of a test has; an ordinary one where left out. */
export interface EventWishes {
  readonly seats?: number;
  readonly price?: number;
  readonly quota?: number;
  readonly sessionQuota?: number;
  readonly sessions?: number;
  readonly companions?: readonly ApplicationForm['companions'][];
  readonly places?: number;
}

/** Something to apply for. */
export interface ForSale {
  readonly asker: Asker;
  readonly event: string;
  readonly sessions: readonly OnSale[];
}

export interface OnSale {
  readonly session: string;
  readonly category: string;
  readonly form: Pick<
    ApplicationForm,
    'session' | 'category' | 'event' | 'title' | 'startsAt' | 'categoryText' | 'price'
  >;
}

interface WorldParts {
  readonly options: TokenOptions;
  readonly environment: TokenBed['environment'];
  readonly remove: () => void;
  readonly token: Token;
  readonly keys: ServiceKeys;
  readonly authority: Authority;
}

/** A world in which tickets are sold. Its clock is the test's. */
export class SaleWorld {
  readonly authority: Authority;
  readonly keys: ServiceKeys;
  readonly roots: ApplicationsOptions['roots'];
  now = Date.now();
  /** How another process opens the same token. */
  readonly tokenOptions: TokenOptions;
  readonly environment: TokenBed['environment'];
  readonly #remove: () => void;
  readonly #token: Token;
  /** One key for all cards: making one takes longer than all that a test does with it. */
  readonly #cardKey: KeyObject;
  #events = 0;

  /** Opens a world with a token of its own. */
  static async open(): Promise<SaleWorld> {
    const bed = makeTokenBed('SoftHSM', ['ticketing']);
    const token = await openToken(bed.options('ticketing'));
    await makeStorageKey(token, 'believed');
    await makeSigner(token, 'list-signing', 'believed');
    token.close();
    const remove = (): void => {
      bed.remove();
    };
    return SaleWorld.#on(bed.options('ticketing'), bed.environment, remove);
  }

  /** Opens a world on the token of another one, in another process: its authority and cards are its own. */
  static async beside(token: TokenOptions): Promise<SaleWorld> {
    return SaleWorld.#on(token, {}, () => undefined);
  }

  static async #on(
    options: TokenOptions,
    environment: TokenBed['environment'],
    remove: () => void,
  ): Promise<SaleWorld> {
    const token = await openToken(options);
    const [keys, authority] = [await openServiceKeys(token), await Authority.create()];
    return new SaleWorld({ options, environment, remove, token, keys, authority });
  }

  private constructor({ options, environment, remove, token, keys, authority }: WorldParts) {
    this.tokenOptions = options;
    this.environment = environment;
    this.#remove = remove;
    this.#token = token;
    this.keys = keys;
    this.authority = authority;
    const rootsOf = (purpose: 'signature' | 'authentication') =>
      authority.rootCertificates(purpose).map(importRoot);
    this.roots = { signature: rootsOf('signature'), authentication: rootsOf('authentication') };
    this.#cardKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  }

  close(): void {
    this.#token.close();
    this.#remove();
  }

  applications(store: Store, more: Partial<ApplicationsOptions> = {}): Applications {
    const { keys, roots } = this;
    const authority = validityPort(this.authority);
    return new Applications({ store, keys, roots, authority, now: () => this.now, ...more });
  }

  events(store: Store): Events {
    return new Events({ store, keys: this.keys, now: () => this.now });
  }

  issue(options: PersonOptions = {}): Person {
    return this.authority.issuePerson({ privateKey: this.#cardKey, ...options });
  }

  /** Makes an event, and puts its sessions on sale. */
  async sell(store: Store, wishes: EventWishes = {}): Promise<ForSale> {
    const asker = { organisation: newId(), person: null };
    await store.transaction((tables) =>
      tables
        .insertInto('organisations')
        .values({ id: asker.organisation, name: 'Hall', created_at: this.now })
        .execute(),
    );
    const events = this.events(store);
    const made = await events.make(asker, readFields(eventFields, this.#described(wishes), 'event'));
    for (const session of made.sessions) await events.setState(asker, { session, revision: 1 }, 'on-sale');
    const sessions = await Promise.all(made.sessions.map((session) => onSale(store, session)));
    return { asker, event: made.event, sessions };
  }

  #described(wishes: EventWishes): object {
    const iso = (time: number): string => new Date(time).toISOString();
    const { seats = 8, places } = wishes;
    this.#events += 1;
    return {
      name: `event-${this.#events}-${randomBytes(4).toString('hex')}`,
      text: { ja: '春の音楽会', en: 'Spring concert' },
      ...(wishes.quota === undefined ? {} : { quota: wishes.quota }),
      sessions: Array.from({ length: wishes.sessions ?? 1 }, (_, number) => ({
        name: `session-${number}`,
        title: { ja: `第${number + 1}回`, en: `No. ${number + 1}` },
        startsAt: iso(this.now + 30 * day),
        saleFrom: iso(this.now - 10 * day),
        saleUntil: iso(this.now + 29 * day),
        ...(wishes.sessionQuota === undefined ? {} : { quota: wishes.sessionQuota }),
        companions: wishes.companions ?? ['own-cards', 'enter-together', 'representative-opens'],
        categories: [
          {
            name: 'S',
            text: { ja: 'S席', en: 'S seat' },
            price: wishes.price ?? 8000,
            ...(places === undefined ? {} : { places: { count: places } }),
          },
        ],
        seats:
          places === undefined
            ? Array.from({ length: seats }, (_, seat) => ({ label: `A-${seat + 1}`, category: 'S' }))
            : [],
      })),
    };
  }

  /** What a kiosk sends for a card that signed. */
  submit(person: Person, { form }: OnSale, wishes: Partial<ApplicationForm> = {}): SubmissionBody {
    const tickets = wishes.tickets ?? 1;
    const price = wishes.price ?? form.price;
    const signed = writeApplication({
      format: 'kazasu/application/v1',
      id: randomBytes(16).toString('hex'),
      at: new Date(this.now).toISOString(),
      companions: 'own-cards',
      ...form,
      tickets,
      price,
      total: price * tickets,
      ...wishes,
    });
    return signedBody(person, signed);
  }
}

/** A submission of exactly these bytes. */
export function signedBody({ signature, authentication }: Person, signed: Uint8Array): SubmissionBody {
  if (signature === undefined) throw new Error('This card has no signature certificate.');
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    form: base64(signed),
    signature: base64(sign('sha256', signed, signature.privateKey)),
    signatureCertificate: base64(signature.certificate),
    authenticationCertificate: base64(authentication.certificate),
  };
}

async function onSale({ db }: Store, session: string): Promise<OnSale> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('events', 'events.id', 'sessions.event_id')
    .innerJoin('categories', 'categories.session_id', 'sessions.id')
    .select(['events.texts as event', 'sessions.texts as title', 'sessions.starts_at'])
    .select(['categories.id', 'categories.texts', 'categories.price'])
    .where('sessions.id', '=', session)
    .executeTakeFirstOrThrow();
  type Text = ApplicationForm['title'];
  return {
    session,
    category: row.id,
    form: {
      session,
      category: row.id,
      event: JSON.parse(row.event) as Text,
      title: JSON.parse(row.title) as Text,
      startsAt: new Date(row.starts_at).toISOString(),
      categoryText: JSON.parse(row.texts) as Text,
      price: row.price,
    },
  };
}
