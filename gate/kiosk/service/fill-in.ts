import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ApplicationForm } from '../../../ticketing/signed-form/application-form.ts';
import type { BindingForm } from '../../../ticketing/signed-form/binding-form.ts';
import { reference } from '../../../ticketing/signed-form/signed-form.ts';
import { KioskError } from '../kiosk-error.ts';
import type { Catalogue, CatalogueSession, Claim, CompanionRule } from './replies.ts';

/** What a visitor chose on the screen. */
export const choice = z.strictObject({
  session: reference,
  category: reference,
  tickets: z.int().min(1).max(20),
  companions: z.enum(['own-cards', 'enter-together', 'representative-opens']).optional(),
});
export type Choice = z.output<typeof choice>;

/**
 * Fills the form in that the visitor is to read and sign. Throws a `KioskError` where the catalogue does not
 * have it; the service holds the form to its own catalogue all the same.
 *
 * @example
 * const task = applicationTask(fillInApplication(kept.catalogue, chosen, Date.now()));
 */
export function fillInApplication(
  catalogue: Catalogue,
  { session: id, category: categoryId, tickets, companions }: Choice,
  now: number,
): ApplicationForm {
  for (const { name: event, sessions } of catalogue.events) {
    const session = sessions.find((each) => each.id === id);
    if (session === undefined) continue;
    if (!isOnSale(session, now)) throw notOnSale('This session is not on sale now; choose another.');
    const category = session.categories.find((each) => each.id === categoryId);
    if (category === undefined) throw notOnSale('There is no such category; choose another.');
    if (tickets > session.mostTickets) {
      throw notOnSale(`At most ${session.mostTickets} tickets can be asked for at once.`);
    }
    return {
      format: 'kazasu/application/v1',
      id: randomBytes(16).toString('hex'),
      at: new Date(now).toISOString(),
      session: session.id,
      event,
      title: session.title,
      startsAt: session.startsAt,
      category: category.id,
      categoryText: category.text,
      tickets,
      companions: ruleFor(session, companions),
      price: category.price,
      total: tickets * category.price,
    };
  }
  throw notOnSale('There is no such session; choose another.');
}

/** The binding of the ticket that a claim stands for. */
export function fillInBinding(claim: Claim, now: number): BindingForm {
  const { challenge, ticket, event, title, startsAt } = claim;
  const at = new Date(now).toISOString();
  return { format: 'kazasu/binding/v1', challenge, at, ticket, event, title, startsAt };
}

/** Whether applications for a session are taken at this moment, as far as the catalogue says. */
export function isOnSale({ saleFrom, saleUntil }: CatalogueSession, now: number): boolean {
  const begun = saleFrom === undefined || Date.parse(saleFrom) <= now;
  return begun && (saleUntil === undefined || now < Date.parse(saleUntil));
}

function ruleFor({ companions }: CatalogueSession, chosen: CompanionRule | undefined): CompanionRule {
  const rule = chosen ?? companions[0];
  if (rule !== undefined && companions.includes(rule)) return rule;
  throw notOnSale('Companions cannot enter that way at this session; choose another way.');
}

function notOnSale(why: string): KioskError {
  return new KioskError('not-on-sale', why);
}
