/** Status words by name, for messages to engineers; what a word leads to is told by the card profile. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x9000, 'done'],
  [0x6282, 'end of file reached'],
  [0x6300, 'authentication failed'],
  [0x6581, 'memory failure'],
  [0x6700, 'wrong length'],
  [0x6881, 'logical channel not supported'],
  [0x6882, 'secure messaging not supported'],
  [0x6883, 'last command of a chain expected'],
  [0x6884, 'command chaining not supported'],
  [0x6981, 'wrong kind of file'],
  [0x6982, 'security status not satisfied'],
  [0x6983, 'authentication blocked'],
  [0x6984, 'reference data blocked'],
  [0x6985, 'conditions of use not satisfied'],
  [0x6986, 'no current file'],
  [0x6988, 'wrong secure messaging data'],
  [0x6a80, 'wrong data'],
  [0x6a81, 'function not supported'],
  [0x6a82, 'file not found'],
  [0x6a84, 'not enough memory'],
  [0x6a86, 'wrong P1 or P2'],
  [0x6a88, 'referenced data not found'],
  [0x6b00, 'past the end of the file'],
  [0x6d00, 'unknown instruction'],
  [0x6e00, 'unknown class'],
  [0x6f00, 'unknown error'],
]);

/** What everything going well looks like. */
export const DONE = 0x9000;

/** @example statusName(0x6a82) // '6A82 (file not found)' */
export function statusName(status: number): string {
  const digits = status.toString(16).toUpperCase().padStart(4, '0');
  const name = NAMES.get(status) ?? (status >> 4 === 0x63c ? `${status & 0xf} tries left` : undefined);
  return name === undefined ? digits : `${digits} (${name})`;
}
