import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCardProfile } from '../../gate/card/profile.ts';
import { readConfig } from '../../gate/config/config.ts';
import { Journal } from '../../gate/journal/journal.ts';
import { openPackShelf } from '../../gate/pack/open-pack-shelf.ts';
import { systemTimer } from '../../gate/reader/timer.ts';
import { sessionOn, unlockPack } from '../../gate/tap/session-pack.ts';
import type { TapParts } from '../../gate/tap/tap.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import { openWorld, type World } from '../../test/world/world.ts';
import { listed } from './bench-gate.ts';

/** What a tap takes, each part within reach, so that one can be exchanged for a slower one. */
export interface BenchParts {
  readonly world: World;
  readonly parts: TapParts;
  close(): Promise<void>;
}

/** Opens the same parts as a gate does, on a world of its own that is gone afterwards. */
export async function openBenchParts(crowd: number, now: () => number): Promise<BenchParts> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-parts-'));
  const world = await openWorld({
    folder: join(folder, 'world'),
    crowd,
    absent: listed - crowd,
    rules: { entry: 'freely' },
  });
  const config = readConfig(world.config);
  const token = await world.tokens.open(config.pkcs11.token);
  const terminalKeys = await openTerminalKeys(token, config.state);
  const { shelf, close: closeShelf } = openPackShelf(config);
  const session = await sessionOn(shelf, new Date(now()));
  const { pack, eventKey, roots } = await unlockPack(await shelf.open(session, new Date(now())), token);
  const signer = await openSigner(token, 'gate-identity');
  const journal = await Journal.open({
    file: join(config.state, 'journal.sqlite'),
    gate: config.gate,
    signer,
    now,
  });
  const profile = loadCardProfile(config.cardProfile);
  return {
    world,
    parts: {
      lane: { gate: config.gate, door: config.door, direction: config.direction },
      session: `${session.event}/${session.session}`,
      profile,
      terminalKey: () => terminalKeys.active(profile.name, new Date(now())),
      eventKey,
      list: pack.list,
      roots,
      rules: pack.contents.rules,
      journal,
      now,
      timer: systemTimer,
    },
    close: async () => {
      await journal.close();
      closeShelf();
      token.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
