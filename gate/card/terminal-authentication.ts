import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { CardError, type CardErrorCode } from './card-error.ts';
import { unreadable, type CardSession } from './card-session.ts';
import type { CardProfile } from './profile.ts';
import type { Step } from './profile-schema.ts';
import { DONE, statusName } from './status-word.ts';
import { fill, type Values } from './template.ts';

interface BegunProof {
  readonly challenge: Uint8Array;
  readonly signed: Promise<Uint8Array>;
}

/**
 * How the gate proves itself to a card, so that the card signs without a PIN. The order of its three steps
 * is the caller's: where a challenge outlives other commands, it is fetched first and the HSM signs while
 * the card goes on.
 */
export class TerminalAuthentication {
  readonly #session: CardSession;
  readonly #profile: CardProfile['terminalAuthentication'];
  readonly #key: TerminalKey;
  #begun: BegunProof | undefined;

  constructor(session: CardSession, profile: CardProfile, key: TerminalKey) {
    this.#session = session;
    this.#profile = profile.terminalAuthentication;
    this.#key = key;
    if (
      key.algorithm !== this.#profile.keyAlgorithm ||
      key.certificate.format !== this.#profile.certificateFormat
    ) {
      throw new CardError(
        'wrong-terminal-key',
        `The card profile ${profile.name} needs a terminal key of kind ${this.#profile.keyAlgorithm} with a certificate of format ${this.#profile.certificateFormat}. Activate one, or configure the profile that fits.`,
      );
    }
  }

  /**
   * Fetches the challenge early, where the card allows it. A card that refuses may lack more than that: what
   * it is comes out when its certificate is read, so it is asked again when the proof is due.
   */
  async begin(): Promise<void> {
    if (!this.#profile.challenge.outlivesCommands) return;
    const begun = await this.#requestChallenge();
    if (typeof begun !== 'number') this.#begun = begun;
  }

  /** Loads the terminal certificate. */
  async load(): Promise<void> {
    for (const entry of this.#profile.load) {
      if ('forEachCertificate' in entry) {
        for (const values of chainValues(this.#key)) {
          for (const step of entry.forEachCertificate) await this.#loadStep(step, values);
        }
      } else {
        await this.#loadStep(entry, certificateValues(this.#key));
      }
    }
  }

  /** Proves that the gate holds the terminal key. */
  async prove(): Promise<void> {
    const begun = this.#begun ?? (await this.#requestChallenge());
    if (typeof begun === 'number') throw this.#refused(statusName(begun), 'proof-refused');
    const { challenge, signed } = begun;
    const proof = await this.#session.whilePresent(signed);
    const { header, data } = this.#profile.proof;
    const values = { ...certificateValues(this.#key), challenge, proof };
    await this.#step('external authenticate', header, fill(data, values), 'proof-refused');
  }

  /** A challenge and the proof on its way, or the status word of the refusal. */
  async #requestChallenge(): Promise<BegunProof | number> {
    for (const { name, header, data } of this.#profile.prepare) {
      await this.#step(
        name,
        header,
        fill(data, certificateValues(this.#key)),
        'terminal-certificate-refused',
      );
    }
    const { header, length } = this.#profile.challenge;
    const { status, data } = await this.#session.send('get challenge', { header, expected: length });
    if (status !== DONE) return status;
    if (data.length !== length) throw unreadable('a challenge of the wrong length');
    const values = { ...certificateValues(this.#key), challenge: data };
    const asked = fill(this.#profile.proof.signed, values);
    // In the next turn: a token's library may block while it begins, and the card has its next command first.
    const signed = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#key.sign(asked));
    // Awaited when it is needed; a card that fails before must not leave a rejection that nobody hears.
    signed.catch(() => undefined);
    return { challenge: data, signed };
  }

  async #loadStep(step: Step, values: Values): Promise<void> {
    await this.#step(step.name, step.header, fill(step.data, values), 'terminal-certificate-refused');
  }

  async #step(name: string, header: Uint8Array, data: Uint8Array, refusal: CardErrorCode): Promise<void> {
    const { status } = await this.#session.send(name, { header, data });
    if (status !== DONE) throw this.#refused(statusName(status), refusal);
  }

  #refused(what: string, code: CardErrorCode): CardError {
    const refused = code === 'proof-refused' ? "the gate's proof" : "the gate's terminal certificate";
    return new CardError(
      code,
      `The card does not accept ${refused}: ${what}. Check the terminal certificate and the card profile.`,
    );
  }
}

/** What is known of the terminal's own certificate at any time. */
function certificateValues({ certificate }: TerminalKey): Values {
  if (certificate.format === 'eac') {
    const { holderReference, chain } = certificate;
    const authorityReference = chain.at(-1)?.authorityReference;
    return { holderReference, ...(authorityReference === undefined ? {} : { authorityReference }) };
  }
  const { block1, block2, issuerKeyId, subjectKeyId } = certificate;
  return { block1, block2, issuerKeyId, subjectKeyId };
}

function chainValues({ certificate }: TerminalKey): Values[] {
  if (certificate.format === 'jpki') return [];
  return certificate.chain.map(({ authorityReference, holderReference, body, signature }) => ({
    authorityReference,
    holderReference,
    body,
    certificateSignature: signature,
  }));
}
