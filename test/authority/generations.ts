// The roots of the sandbox's J-LIS: what each is for, which generation, and how long it stands.

export type Purpose = 'authentication' | 'signature';
export type Algorithm = 'rsa2048' | 'p384';

/** The three real generations, RSA-2048, and the announced one, P-384: all under one name per purpose. */
export type Generation = 2015 | 2019 | 2023 | 'next';

export const purposes: readonly Purpose[] = ['authentication', 'signature'];
export const generations: readonly Generation[] = [2015, 2019, 2023, 'next'];

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export function algorithmOf(generation: Generation): Algorithm {
  return generation === 'next' ? 'p384' : 'rsa2048';
}

/**
 * The years of the real roots. The one of 2015 has ended and stays so; the others are kept alive past
 * their real end where the sandbox's clock is beyond it, so that its people stay usable.
 */
export function validityOf(generation: Generation, now: Date): Validity {
  const later = new Date(Date.UTC(now.getUTCFullYear() + 7, 6, 15, 14, 59, 59));
  const until = (iso: string): Date => new Date(Math.max(Date.parse(iso), later.getTime()));
  switch (generation) {
    case 2015:
      return { notBefore: new Date('2015-10-19T00:00:00Z'), notAfter: new Date('2025-10-19T14:59:59Z') };
    case 2019:
      return { notBefore: new Date('2019-07-16T00:00:00Z'), notAfter: until('2029-07-15T14:59:59Z') };
    case 2023:
      return { notBefore: new Date('2023-07-16T00:00:00Z'), notAfter: until('2033-07-15T14:59:59Z') };
    case 'next':
      return { notBefore: new Date('2026-07-16T00:00:00Z'), notAfter: until('2036-07-15T14:59:59Z') };
  }
}
