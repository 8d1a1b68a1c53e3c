/**
 * A card as a reader sees it: it has an answer to reset, it is powered, it takes commands and answers.
 * Everything a virtual reader needs, and nothing of what is on the card.
 *
 * @example
 * const card = ordinaryCard(material);
 * card.powerOn();
 * card.transmit(Uint8Array.of(0x00, 0x84, 0x00, 0x00, 0x20)); // 6985: no application is selected yet
 */
export interface VirtualCard {
  /** Answer to reset. */
  readonly atr: Uint8Array;
  /** The field comes on: the card begins as after any reset. */
  powerOn(): void;
  /** The field goes off: all that the card held in its volatile memory is gone. */
  powerOff(): void;
  reset(): void;
  /** One command, one answer, at least the two status bytes; `undefined`: the card has left the field. */
  transmit(command: Uint8Array): Uint8Array | undefined;
  /**
   * How long a reader should hold this answer back, in milliseconds. Absent: not at all. It is apart from
   * `transmit` so that a card stays a plain function of its commands, and only what carries it keeps time.
   */
  delayOf?(command: Uint8Array, answer: Uint8Array | undefined): number;
}
