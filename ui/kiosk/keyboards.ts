/** Keys, row by row. */
export const keyboards = {
  digits: ['123', '456', '789', '0'],
  /** As on the keyboards that people know, digits above. */
  letters: ['1234567890', 'QWERTYUIOP', 'ASDFGHJKL', 'ZXCVBNM'],
  /** Of codes that people read out: nothing in them is mistaken for something else. */
  code: ['23456789', 'QWERTYUP', 'ASDFGHJKL', 'ZXCVBNM'],
  number: ['12345', '67890', 'ABCDEF'],
} as const satisfies Record<string, readonly string[]>;
