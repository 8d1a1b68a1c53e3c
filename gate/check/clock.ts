import { EntryListError } from '../../ticketing/entry-list/entry-list-error.ts';
import type { GateConfig } from '../config/config.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import { sessionOn } from '../tap/session-pack.ts';
import { CheckError } from './check-error.ts';

/** Whether the clock can be right: not behind the journal's last entry, not before the pack was issued. */
export async function checkClock(
  config: GateConfig,
  lastEntry: number | undefined,
  now: Date,
): Promise<string> {
  const shown = now.toISOString();
  if (lastEntry !== undefined && now.getTime() < lastEntry) {
    throw new CheckError(
      'clock-wrong',
      `The clock says ${shown}, which is before the journal’s last entry (${new Date(lastEntry).toISOString()}): set it right. If it is right now and was ahead before, a supervisor must say so.`,
    );
  }
  if (await isBeforePack(config, now)) {
    throw new CheckError(
      'clock-wrong',
      `The clock says ${shown}, which is before the pack is valid: set it right; if it is right, the pack is for later.`,
    );
  }
  return `${shown}: not behind the journal’s last entry, nor before the pack. Compare it with another clock.`;
}

async function isBeforePack(config: GateConfig, now: Date): Promise<boolean> {
  const { shelf, close } = openPackShelf(config);
  try {
    await sessionOn(shelf, now);
    return false;
  } catch (error) {
    // Any other fault of the pack is told where the pack is looked at.
    return error instanceof EntryListError && error.code === 'not-yet-valid';
  } finally {
    close();
  }
}
