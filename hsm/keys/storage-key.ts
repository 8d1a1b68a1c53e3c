/** The ticketing service's key for raw serials: AES-256-GCM inside the token. */
export interface StorageKey {
  /** Seals `plain`; what comes back opens only with the same `context` (table, row: whatever tells it apart). */
  seal(plain: Uint8Array, context: string): Promise<Uint8Array>;
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
}
