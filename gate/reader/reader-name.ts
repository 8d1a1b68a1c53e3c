/**
 * Whether a reader is one of those that are wanted: by its name or a part of it, in any letters' case; `*`
 * stands for anything, and nothing at all for every reader.
 *
 * @example
 * readerIsWanted('ACS ACR1252 [PICC] 00 00', 'acr1252*picc'); // true
 */
export function readerIsWanted(name: string, wanted: string): boolean {
  // The pieces between the stars must follow one another; no pattern is compiled from what a user wrote.
  let rest = name.toLowerCase();
  for (const piece of wanted.toLowerCase().split('*')) {
    const at = rest.indexOf(piece);
    if (at < 0) return false;
    rest = rest.slice(at + piece.length);
  }
  return true;
}
