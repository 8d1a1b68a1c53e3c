/**
 * A P-256 key in a token that signs messages: the gate's identity, and the key that signs entry lists
 * and packs. Everything that seals or checkpoints asks for this and never for a token.
 *
 * @example
 * const signature = await signer.sign(message);
 * p256.verify(signature, message, signer.publicKey);
 */
export interface Signer {
  /** The uncompressed point on P-256: 65 bytes, the first of them 04. */
  readonly publicKey: Uint8Array;
  /** ECDSA with SHA-256 over the message: r‖s, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
