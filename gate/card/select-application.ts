import { CardError } from './card-error.ts';
import type { CardSession } from './card-session.ts';
import type { CardProfile } from './profile.ts';
import { DONE } from './status-word.ts';

/** Selects the JPKI application; a card without it is another kind of card. */
export async function selectApplication(session: CardSession, profile: CardProfile): Promise<void> {
  const { header, id } = profile.application;
  const { status } = await session.send('select application', { header, data: id });
  if (status === DONE) return;
  throw new CardError(
    'not-a-my-number-card',
    'This is not a My Number Card. Use the one with your photo on it.',
  );
}
