import type { Token } from '../../hsm/token/token.ts';
import type { Pack } from '../../ticketing/entry-list/open-pack.ts';
import type { GateConfig } from '../config/config.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import { sessionOn, unlockPack } from '../tap/session-pack.ts';
import { CheckError } from './check-error.ts';

const hour = 3_600_000;

/** The pack that the gate would open with now: what it is for, how old, how many, and that its key opens here. */
export async function checkPack(config: GateConfig, token: Token | undefined, now: Date): Promise<string> {
  const pack = await openNow(config, now);
  const { manifest, version } = pack.list;
  const { event, session, issuedAt, validUntil, count } = manifest;
  const what =
    `${event}, ${session}: version ${version}, issued ${age(now.getTime() - issuedAt.getTime())} ago, ` +
    `${count} entries, good until ${validUntil.toISOString()}`;
  if (token === undefined) {
    throw new CheckError(
      'needs-other',
      `The pack is there (${what}), but its key opens only in the HSM: mend that first.`,
    );
  }
  await unlockPack(pack, token);
  return `${what}; its key opens in this gate’s HSM.`;
}

async function openNow(config: GateConfig, now: Date): Promise<Pack> {
  const { shelf, close } = openPackShelf(config);
  try {
    return await shelf.open(await sessionOn(shelf, now), now);
  } finally {
    close();
  }
}

function age(milliseconds: number): string {
  const hours = Math.floor(milliseconds / hour);
  if (hours < 1) return `${Math.max(0, Math.floor(milliseconds / 60_000))} minutes`;
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
