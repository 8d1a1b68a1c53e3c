/** The key of one event, usable inside the token that holds it and readable nowhere. */
export interface EventKey {
  /**
   * シリアル番号変換値, 32 bytes:
   * HMAC-SHA-256(event key, "kazasu/serial/v1" ‖ 00 ‖ SHA-256(issuer) ‖ serial).
   * `issuer` is the Name as DER, `serial` the INTEGER's content without leading zeros.
   */
  serialHash(certificate: { readonly issuer: Uint8Array; readonly serial: Uint8Array }): Promise<Uint8Array>;
  /** HMAC-SHA-256(event key, "kazasu/ticket/v1" ‖ 00 ‖ ticket number), 32 bytes. */
  ticketHash(ticketNumber: string): Promise<Uint8Array>;
}
