/** The status words that a card of ours ends its answers with, by what they say. */
export const status = {
  done: 0x9000,
  wrongLength: 0x6700,
  noSecondChannel: 0x6881,
  noSecureMessaging: 0x6882,
  noChaining: 0x6884,
  wrongKindOfFile: 0x6981,
  securityNotSatisfied: 0x6982,
  pinBlocked: 0x6984,
  conditionsNotSatisfied: 0x6985,
  noCurrentFile: 0x6986,
  wrongData: 0x6a80,
  fileNotFound: 0x6a82,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  pastTheEnd: 0x6b00,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const;

/** 63Cx: so many tries are left. */
export function triesLeft(tries: number): number {
  return 0x63c0 | tries;
}

/** An answer: what there is to give, and the status word. */
export function answer(word: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(data.length + 2);
  bytes.set(data);
  bytes[data.length] = word >> 8;
  bytes[data.length + 1] = word & 0xff;
  return bytes;
}

/** The status word of an answer. */
export function statusOf(bytes: Uint8Array): number {
  return ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0);
}
