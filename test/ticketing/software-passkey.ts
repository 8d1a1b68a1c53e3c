import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { encode } from 'cborg';

/** A passkey kept in memory: makes itself and answers challenges as a browser hands them on (WebAuthn 3). */
export class SoftwarePasskey {
  readonly #id = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter = 0;

  /** What navigator.credentials.create gives, as JSON. */
  make(options: object, origin: string): object {
    const { challenge, rp } = options as { challenge: string; rp: { id: string } };
    const client = clientData('webauthn.create', challenge, origin);
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' });
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x ?? '', 'base64url')],
      [-3, Buffer.from(y ?? '', 'base64url')],
    ]);
    const length = Buffer.from([0, this.#id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, encode(key)]);
    const authData = Buffer.concat([this.#head(rp.id, 0x45), attested]);
    const attestation = encode({ fmt: 'none', attStmt: {}, authData });
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: client.toString('base64url'),
        attestationObject: Buffer.from(attestation).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** What navigator.credentials.get gives, as JSON. `flags` 0x05: someone is there, and was verified. */
  answer(options: object, origin: string, flags = 0x05): object {
    const { challenge, rpId } = options as { challenge: string; rpId: string };
    const client = clientData('webauthn.get', challenge, origin);
    this.#counter += 1;
    const authenticatorData = this.#head(rpId, flags);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signedBy(this.#keys.privateKey, signed),
      },
    };
  }

  #head(site: string, flags: number): Buffer {
    const head = Buffer.alloc(37);
    createHash('sha256').update(site).digest().copy(head);
    head[32] = flags;
    head.writeUInt32BE(this.#counter, 33);
    return head;
  }

  #credential(): object {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {} };
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function signedBy(key: KeyObject, bytes: Buffer): string {
  return sign('sha256', bytes, key).toString('base64url');
}
