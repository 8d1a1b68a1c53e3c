import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import { openGate, type Gate } from '../../gate/tap/open-gate.ts';
import { openWorld, type World, type WorldOptions } from '../../test/world/world.ts';

/** A gate on real parts: SoftHSM, a pack, a journal on disk; and visitors with cards in this process. */
export interface BenchGate {
  readonly world: World;
  readonly gate: Gate;
  /** Where this gate keeps its things, for as long as it is open. */
  readonly folder: string;
  close(): Promise<void>;
}

/** How many entries the list of a gate under measurement has. */
export const listed = 100_000;

/** Opens a gate in a folder that is gone afterwards. Everyone may enter again, so that a few cards do. */
export async function openBenchGate(
  options: Omit<WorldOptions, 'folder' | 'rules'>,
  now?: () => number,
): Promise<BenchGate> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-gate-'));
  const crowd = options.crowd ?? 20;
  const world = await openWorld({
    absent: listed - crowd,
    ...options,
    crowd,
    folder: join(folder, 'world'),
    rules: { entry: 'freely' },
  });
  const config = readConfig(world.config);
  const pin = world.tokens.pin(config.pkcs11.token);
  const gate = await openGate({ config, pin, ...(now === undefined ? {} : { now }) });
  return {
    world,
    gate,
    folder,
    close: async () => {
      await gate.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
