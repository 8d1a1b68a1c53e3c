import { loadCardProfile } from '../card/profile.ts';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import type { Token } from '../../hsm/token/token.ts';
import type { GateConfig } from '../config/config.ts';
import { noAdmissions } from '../decide/admissions.ts';
import { present } from '../decide/presentation.ts';
import type { EntryContent } from '../journal-format/entry.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import { withNextCard } from '../reader/next-card.ts';
import type { ArrivedCard, Reader, ReaderListener, ReaderStatus } from '../reader/reader.ts';
import { systemTimer } from '../reader/timer.ts';
import { sessionOn, unlockPack } from '../tap/session-pack.ts';
import { tap } from '../tap/tap.ts';
import { CheckError } from './check-error.ts';

/** How a test card is waited for. */
export interface TestCard {
  readonly milliseconds: number;
  readonly onStatus?: (status: ReaderStatus) => void;
}

/**
 * Takes a card through all that a tap does, but writes nothing down and lets nobody in. Any card that proves
 * itself will do, whether it has a ticket or not.
 */
export async function checkTestCard(parts: {
  readonly config: GateConfig;
  readonly token: Token;
  readonly now: () => number;
  readonly watch: (listener: ReaderListener) => Reader;
  readonly wait: TestCard;
}): Promise<string> {
  return withNextCard(parts.watch, parts.wait, (card) => tryCard(card, parts));
}

async function tryCard(
  card: ArrivedCard,
  { config, token, now }: { config: GateConfig; token: Token; now: () => number },
): Promise<string> {
  const profile = loadCardProfile(config.cardProfile);
  const terminalKeys = await openTerminalKeys(token, config.state);
  const { shelf, close } = openPackShelf(config);
  try {
    const session = await sessionOn(shelf, new Date(now()));
    const { pack, eventKey, roots } = await unlockPack(await shelf.open(session, new Date(now())), token);
    let entry: EntryContent | undefined;
    const { verdict, times } = await tap(card, {
      lane: { gate: config.gate, door: config.door, direction: config.direction },
      session: `${session.event}/${session.session}`,
      profile,
      terminalKey: () => terminalKeys.active(profile.name, new Date(now())),
      eventKey,
      list: pack.list,
      roots,
      rules: pack.contents.rules,
      journal: {
        admissionsOf: () => noAdmissions,
        record: (content) => {
          entry = content;
          return { epoch: 0, number: 0 };
        },
      },
      now,
      timer: systemTimer,
    });
    // Only of a card that proved itself is there a tag.
    if (entry?.kind !== 'tap' || entry.tag === undefined) {
      throw new CheckError(
        'card-refused',
        `The test card did not get through: ${present(verdict).staff.en} Try another card; if that fails too, look at the terminal certificate and the card profile.`,
      );
    }
    return `The test card proved itself in ${Math.round(times.total)} ms; a tap would have been “${verdict.name}”.`;
  } finally {
    close();
  }
}
