import { describe, expect, it } from 'vitest';
import { readerIsWanted } from './reader-name.ts';

const name = 'ACS ACR1252 1S CL Reader [ACR1252 Dual Reader PICC] 00 00';

describe('a reader', () => {
  it.each(['', 'ACR1252', 'acr1252', 'Dual Reader PICC', name, 'ACR1252*PICC', '*', 'acs*reader*00 00'])(
    'is wanted by %s',
    (wanted) => {
      expect(readerIsWanted(name, wanted)).toBe(true);
    },
  );

  it.each(['SAM', 'PICC*ACS ', 'ACR1252*SAM', `${name}x`, '00 00*00'])('is not wanted by %s', (wanted) => {
    expect(readerIsWanted(name, wanted)).toBe(false);
  });

  it('is not compared by patterns that could take long', () => {
    expect(readerIsWanted('a'.repeat(5000), `${'a*'.repeat(5000)}b`)).toBe(false);
  });
});
