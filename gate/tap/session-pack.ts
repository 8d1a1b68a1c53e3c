import { importRoot, type Root } from '../../hsm/certificate/root.ts';
import type { EventKey } from '../../hsm/keys/event-key.ts';
import { openWrappedEventKey } from '../../hsm/keys/event-keys.ts';
import { openTransportKey } from '../../hsm/keys/transport-key.ts';
import { decodeWrappedEventKey } from '../../hsm/keys/wrapped-event-key.ts';
import type { Token } from '../../hsm/token/token.ts';
import { wrappedKeyFor, type Pack } from '../../ticketing/entry-list/open-pack.ts';
import { GateError } from '../gate-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { HeldSession, PackShelf } from '../pack/pack-shelf.ts';

/** A session's pack, unlocked: what a tap needs of it. */
export interface SessionPack {
  readonly pack: Pack;
  readonly eventKey: EventKey;
  readonly roots: readonly Root[];
}

/**
 * The session that a gate is to admit to: of those whose packs are valid now, the one that starts nearest to
 * now. Where none is valid, the reason of the last one refused is the answer.
 */
export async function sessionOn(shelf: PackShelf, now: Date): Promise<HeldSession> {
  let nearest: { readonly held: HeldSession; readonly away: number } | undefined;
  let refusal: Error | undefined;
  for (const held of await shelf.held()) {
    try {
      const { contents } = await shelf.open(held, now);
      const away = Math.abs(contents.startsAt.getTime() - now.getTime());
      if (nearest === undefined || away < nearest.away) nearest = { held, away };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      refusal = error;
    }
  }
  if (nearest !== undefined) return nearest.held;
  if (refusal !== undefined) throw refusal;
  throw new GateError(
    'no-pack',
    'The gate has no pack yet; take one with `kazasu-gate pack take --config … FILE`.',
  );
}

/** Unlocks a pack in the gate's HSM. */
export async function unlockPack(pack: Pack, token: Token): Promise<SessionPack> {
  const { fingerprint } = await openTransportKey(token);
  const wrapped = decodeWrappedEventKey(wrappedKeyFor(pack, fingerprint));
  if (wrapped.event !== pack.manifest.event) {
    throw new GateError('no-key', 'The pack carries another event’s key; export it again.');
  }
  return {
    pack,
    eventKey: await openWrappedEventKey(token, wrapped),
    roots: pack.contents.roots.map((der) => importRoot(der)),
  };
}

/** Writes down which list the gate admits from, once for each that it takes. */
export function recordPack({ list }: Pack, journal: Journal, at: number): void {
  const { event, session } = list.manifest;
  if (list.version <= journal.highestPack(event, session)) return;
  journal.record({
    kind: 'pack',
    at,
    event,
    session,
    version: list.version,
    digest: Uint8Array.from(list.digest),
  });
}
