import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../gate/config/config.ts';
import { decodeEntry, type Entry } from '../../gate/journal-format/entry.ts';
import { exportJournal } from '../../gate/journal/export.ts';
import type { Finding } from '../../gate/journal-format/finding.ts';
import { readJournal } from '../../gate/journal/read-journal.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import { openWorld, type World, type WorldOptions } from '../world/world.ts';

/** A world with virtual readers, in which gates run as processes of their own. */
export interface FaultWorld {
  readonly world: World;
  readonly pcscd: PrivatePcscd;
  readonly environment: Readonly<Record<string, string>>;
  /** A gate's configuration, with a state folder of its own that begins as an operator left it. */
  makeGate(name: string, change?: object): GateFiles;
  close(): Promise<void>;
}

/** A gate's files. */
export interface GateFiles {
  readonly config: string;
  readonly state: string;
  /** Every entry of its journal, read beside whatever runs. */
  entries(): Entry[];
  /** What is wrong with its journal, by the gate's own key. */
  findings(): readonly Finding[];
}

export async function openFaultWorld(
  options: Omit<WorldOptions, 'folder'> & { readonly readers: number },
): Promise<FaultWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-fault-'));
  const world = await openWorld({ profile: 'eac-p384', ...options, folder: join(folder, 'world') });
  const pcscd = await startPrivatePcscd({ folder: join(folder, 'reader'), readers: options.readers });
  const whole = readConfig(world.config);
  const token = await world.tokens.open(whole.pkcs11.token);
  const { publicKey } = await openSigner(token, 'gate-identity');
  token.close();

  const makeGate = (name: string, change: object = {}): GateFiles => {
    const config = join(folder, 'world', `${name}.json`);
    const as = JSON.parse(readFileSync(world.config, 'utf8')) as object;
    writeFileSync(config, JSON.stringify({ ...as, state: name, listen: 'off', ...change }));
    const state = join(folder, 'world', name);
    cpSync(whole.state, state, { recursive: true });
    const journal = join(state, 'journal.sqlite');
    return {
      config,
      state,
      entries: () =>
        readJournal(journal, (store) => [...store.entries()].map(({ bytes }) => decodeEntry(bytes))),
      findings: () =>
        verifyJournal(
          readJournal(journal, (store) => exportJournal(store, whole.gate)),
          { keys: [publicKey] },
        ).findings,
    };
  };
  return {
    world,
    pcscd,
    environment: { ...world.gateEnvironment, PCSCLITE_CSOCK_NAME: pcscd.socket },
    makeGate,
    close: async () => {
      await pcscd.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
