import type { Signer } from '../../hsm/keys/signer.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import type { GateConfig } from '../config/config.ts';

/**
 * The gate's identity key, for requests that are signed whether the gate is open or not: a gate without a
 * pack cannot open, and asks for one. The HSM is opened when the key is first asked for.
 *
 * @example
 * const identity = new GateIdentity(config, pin);
 * const client = new TicketingClient({ url, identity: () => identity.signer(), now: Date.now });
 * identity.close();
 */
export class GateIdentity {
  readonly #config: Pick<GateConfig, 'pkcs11'>;
  readonly #pin: string;
  #open: { readonly token: Token; readonly signer: Signer } | undefined;

  constructor(config: Pick<GateConfig, 'pkcs11'>, pin: string) {
    this.#config = config;
    this.#pin = pin;
  }

  async signer(): Promise<Signer> {
    if (this.#open !== undefined) return this.#open.signer;
    const { module, token: label, parameters } = this.#config.pkcs11;
    const token = await openToken({
      module,
      token: label,
      pin: this.#pin,
      ...(parameters === undefined ? {} : { parameters }),
    });
    try {
      this.#open = { token, signer: await openSigner(token, 'gate-identity') };
    } catch (error) {
      token.close();
      throw error;
    }
    return this.#open.signer;
  }

  close(): void {
    this.#open?.token.close();
    this.#open = undefined;
  }
}
