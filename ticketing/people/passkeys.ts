import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { notFound } from '../http/http-error.ts';
import { recordAct } from '../audit/record-act.ts';
import type { Store, Work } from '../store/store.ts';
import { PeopleError } from './people-error.ts';

const challengeLastsMs = 5 * 60_000;
const mostPasskeys = 20;

/** Passkeys of one site: made by whoever is signed in, and a way to sign in that no page elsewhere can use. */
export class Passkeys {
  readonly #store: Store;
  readonly #publicUrl: URL;
  readonly #now: () => number;

  constructor(store: Store, publicUrl: URL, now: () => number) {
    this.#store = store;
    this.#publicUrl = publicUrl;
    this.#now = now;
  }

  /** What a browser needs to make a passkey; it must be able to tell who the person is without a name. */
  async beginMaking(person: string): Promise<object> {
    const { db } = this.#store;
    const [known, passkeys] = await Promise.all([
      db.selectFrom('people').select(['name', 'sign_in']).where('id', '=', person).executeTakeFirstOrThrow(),
      db.selectFrom('passkeys').select('id').where('person_id', '=', person).execute(),
    ]);
    if (passkeys.length >= mostPasskeys) {
      throw new PeopleError(
        'passkey-refused',
        `There are ${mostPasskeys} passkeys already; remove one first.`,
      );
    }
    const options = await generateRegistrationOptions({
      rpName: 'Kazasu',
      rpID: this.#publicUrl.hostname,
      userID: new TextEncoder().encode(person),
      userName: known.sign_in,
      userDisplayName: known.name,
      attestationType: 'none',
      excludeCredentials: passkeys,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await this.#keepChallenge(options.challenge, person);
    return options;
  }

  /** Takes the passkey that a browser made. */
  async finishMaking(person: string, label: string, response: RegistrationResponseJSON): Promise<string> {
    const made = await this.#verified(response, person, (challenge) =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: this.#publicUrl.origin,
        expectedRPID: this.#publicUrl.hostname,
        requireUserVerification: true,
      }),
    );
    if (!made.verified) throw refused();
    const { credential } = made.registrationInfo;
    const now = this.#now();
    await this.#store.transaction(async (tables) => {
      const { numInsertedOrUpdatedRows } = await tables
        .insertInto('passkeys')
        .values({
          id: credential.id,
          person_id: person,
          label,
          public_key: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: JSON.stringify(credential.transports ?? []),
          created_at: now,
          used_at: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) throw refused();
      await recordAct(
        tables,
        { organisation: null, person, act: 'people.add-passkey', subject: person },
        now,
      );
    });
    return credential.id;
  }

  /** What a browser needs to sign someone in; it is the same for everybody. */
  async beginSignIn(): Promise<object> {
    const options = await generateAuthenticationOptions({
      rpID: this.#publicUrl.hostname,
      userVerification: 'required',
    });
    await this.#keepChallenge(options.challenge, null);
    return options;
  }

  /** Who signed in with that answer. */
  async finishSignIn(response: AuthenticationResponseJSON): Promise<string> {
    const passkey = await this.#store.db
      .selectFrom('passkeys')
      .selectAll()
      .where('id', '=', response.id)
      .executeTakeFirst();
    const { verified, authenticationInfo } = await this.#verified(response, null, (challenge) => {
      if (passkey === undefined) throw refused();
      return verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: this.#publicUrl.origin,
        expectedRPID: this.#publicUrl.hostname,
        requireUserVerification: true,
        credential: {
          id: passkey.id,
          publicKey: Uint8Array.from(passkey.public_key),
          counter: passkey.counter,
        },
      });
    });
    if (!verified || passkey === undefined) throw refused();
    const { newCounter: counter } = authenticationInfo;
    await this.#store.transaction(async (tables) => {
      const used = { counter, used_at: this.#now() };
      await tables.updateTable('passkeys').set(used).where('id', '=', passkey.id).execute();
    });
    return passkey.person_id;
  }

  /** Removes a passkey; a way to sign in must be left. */
  async remove(person: string, passkey: string): Promise<void> {
    await this.#store.transaction(async (tables) => {
      const { password } = await tables
        .selectFrom('people')
        .select('password')
        .where('id', '=', person)
        .executeTakeFirstOrThrow();
      const passkeys = await tables
        .selectFrom('passkeys')
        .select('id')
        .where('person_id', '=', person)
        .execute();
      if (!passkeys.some(({ id }) => id === passkey)) throw notFound('passkey');
      if (password === null && passkeys.length === 1) {
        throw new PeopleError(
          'last-way-in',
          'This is your only way to sign in; set a password or add a passkey first.',
        );
      }
      await tables.deleteFrom('passkeys').where('id', '=', passkey).where('person_id', '=', person).execute();
      const act = { organisation: null, person, act: 'people.remove-passkey', subject: person };
      await recordAct(tables, act, this.#now());
    });
  }

  async #keepChallenge(challenge: string, person: string | null): Promise<void> {
    const now = this.#now();
    await this.#store.transaction(async (tables) => {
      await tables.deleteFrom('passkey_challenges').where('expires_at', '<=', now).execute();
      await tables
        .insertInto('passkey_challenges')
        .values({ challenge, person_id: person, expires_at: now + challengeLastsMs })
        .execute();
    });
  }

  /** Verifies an answer to a challenge that was given out for this, which is used up by it, right or wrong. */
  async #verified<Result>(
    response: RegistrationResponseJSON | AuthenticationResponseJSON,
    person: string | null,
    verify: (challenge: string) => Promise<Result>,
  ): Promise<Result> {
    const challenge = challengeOf(response.response.clientDataJSON);
    const isOurs = await this.#store.transaction((tables) =>
      takeChallenge(tables, challenge, person, this.#now()),
    );
    if (!isOurs) throw refused();
    try {
      return await verify(challenge);
    } catch (cause) {
      // The library's words are for its programmer.
      throw cause instanceof PeopleError
        ? cause
        : new PeopleError('passkey-refused', refused().message, { cause });
    }
  }
}

async function takeChallenge(
  tables: Work,
  challenge: string,
  person: string | null,
  now: number,
): Promise<boolean> {
  const taken = await tables
    .deleteFrom('passkey_challenges')
    .where('challenge', '=', challenge)
    .where('person_id', person === null ? 'is' : '=', person)
    .where('expires_at', '>', now)
    .returning('challenge')
    .executeTakeFirst();
  return taken !== undefined;
}

function challengeOf(clientData: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('challenge' in parsed)) throw refused();
    return String(parsed.challenge);
  } catch (cause) {
    throw new PeopleError('passkey-refused', refused().message, { cause });
  }
}

function refused(): PeopleError {
  return new PeopleError('passkey-refused', 'The passkey’s answer does not hold; begin again.');
}
