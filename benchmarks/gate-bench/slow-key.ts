import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';

/** The same terminal key in an HSM that takes so much longer for a signature. */
export function slowed(key: TerminalKey, milliseconds: number): TerminalKey {
  const { id, algorithm, certificate } = key;
  return {
    id,
    algorithm,
    certificate,
    sign: async (message) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return key.sign(message);
    },
  };
}
