import { staffClient } from '../api/staff-client.ts';
import type { LookedUp, Place } from '../api/staff-messages.ts';
import { Attempt } from '../parts/attempt.svelte.ts';

/** What the desk is about just now. */
export type Matter =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'ticket'; readonly found: LookedUp }
  /** An admission that is to be taken back, and what it is called. */
  | { readonly kind: 'undo'; readonly place: Place; readonly called: string; readonly ticket?: string }
  | { readonly kind: 'without-ticket' };

/** What was done last, for the desk to say so. */
export type Done = 'let-through' | 'undone';

/** The desk: looks tickets up, lets people through by hand, takes admissions back. */
export class Desk {
  number = $state('');
  matter = $state.raw<Matter>({ kind: 'nothing' });
  done = $state<Done>();
  readonly looking = new Attempt();
  readonly acting = new Attempt();

  async lookUp(number: string): Promise<void> {
    this.number = number;
    this.done = undefined;
    this.acting.forget();
    const found = await this.looking.run(() => staffClient.lookUp(number.normalize('NFKC').trim()));
    this.matter = found === undefined ? { kind: 'nothing' } : { kind: 'ticket', found };
  }

  turnTo(matter: Matter): void {
    this.matter = matter;
    this.done = undefined;
    this.looking.forget();
    this.acting.forget();
  }

  async letThrough(direction: 'in' | 'out', reason: string, force: boolean): Promise<void> {
    const { matter } = this;
    const ticket = matter.kind === 'ticket' ? { ticket: matter.found.ticket.number } : {};
    const written = await this.acting.run(() =>
      staffClient.letThrough({ ...ticket, direction, reason, force }),
    );
    if (written === undefined) return;
    await this.#showAgain('let-through', ticket.ticket);
  }

  async undo(place: Place, reason: string, ticket: string | undefined): Promise<void> {
    const written = await this.acting.run(() => staffClient.undo(place, reason));
    if (written === undefined) return;
    await this.#showAgain('undone', ticket);
  }

  /** Shows how the ticket stands after what was done, so that it can be seen to be so. */
  async #showAgain(done: Done, ticket: string | undefined): Promise<void> {
    if (ticket === undefined) this.turnTo({ kind: 'nothing' });
    else await this.lookUp(ticket);
    this.done = done;
  }
}
