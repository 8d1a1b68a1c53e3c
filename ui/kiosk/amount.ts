/**
 * An amount of yen in digits, by which a language says what it is.
 *
 * @example
 * amount(16000) // '16,000'
 */
export function amount(yen: number): string {
  return yen.toLocaleString('en');
}
