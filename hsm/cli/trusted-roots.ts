import { join } from 'node:path';
import type { TerminalRoot } from '../trust/terminal-root.ts';
import { TrustStore } from '../trust/trust-store.ts';

/** J-LIS's keys for terminal certificates, as `trust add` put them into the state folder. */
export async function trustedRoots({ state }: { readonly state: string }): Promise<readonly TerminalRoot[]> {
  return (await TrustStore.open(join(state, 'trust'))).terminalRoots();
}
