import { organiserClient } from '../api/organiser-client.ts';
import type { Oneself, Role } from '../api/organiser-messages.ts';
import { ProblemError } from '../api/problem.ts';

type Organisation = Oneself['organisations'][number];

/** Who is signed in at this screen, and for which organisation they work just now. */
export class Visit {
  /** `asking` until the service has said whether someone is signed in. */
  who = $state.raw<Oneself | 'nobody' | 'asking'>('asking');
  organisation = $state.raw<Organisation>();
  /** Whether the last one was signed out without asking for it. */
  ended = $state(false);

  /** Goes on where this browser was signed in before. */
  async begin(): Promise<void> {
    organiserClient.onSignedOut = () => {
      this.#go(typeof this.who === 'object');
    };
    try {
      await this.come();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.who = 'nobody';
    }
  }

  /** Reads who is signed in, after they came in or changed something of their own. */
  async come(): Promise<void> {
    const who = await organiserClient.me();
    this.who = who;
    this.ended = false;
    const [only] = who.organisations;
    if (only !== undefined && who.organisations.length === 1) this.workFor(only);
  }

  workFor(organisation: Organisation): void {
    organiserClient.organisation = organisation.id;
    this.organisation = organisation;
  }

  async signOut(): Promise<void> {
    await organiserClient.signOut();
    this.#go(false);
  }

  /** Whether the person's role is one of these, so that nobody is shown what they may not do. */
  may(...roles: readonly Role[]): boolean {
    return this.organisation !== undefined && roles.includes(this.organisation.role);
  }

  #go(ended: boolean): void {
    organiserClient.organisation = undefined;
    this.organisation = undefined;
    this.who = 'nobody';
    this.ended = ended;
  }
}
