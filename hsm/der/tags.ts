/** The identifier octets that X.509 uses; all of them are single octets. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier of a context-specific primitive element, `[n] IMPLICIT` over a primitive type. */
export function contextPrimitive(number: number): number {
  return 0x80 | number;
}

/** The identifier of a context-specific constructed element, `[n] EXPLICIT` or over a constructed type. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}
