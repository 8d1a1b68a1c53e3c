/** How many columns one column of text takes, by the number of `^`: wide, high, then 2 to 6 times both. */
const scales = [1, 2, 1, 2, 3, 4, 5, 6];

/**
 * Lowers the type that a template asks for directly before a value until the value stays on one line: a
 * seat broken in two is read as two. Small type is as small as it gets, and breaks.
 *
 * @example
 * fitType('^^^^', '2階 R1扉 12列 34番', 48) // '^^^'
 */
export function fitType(markup: string, value: string, columns: number): string {
  const asked = /\^+$/.exec(markup)?.[0].length ?? 0;
  if (asked < 3) return markup;
  const width = textWidth(value);
  let fitting = Math.min(asked, scales.length - 1);
  while (fitting > 2 && width * (scales[fitting] ?? 1) > columns) fitting -= 1;
  return markup.slice(0, markup.length - asked) + '^'.repeat(fitting);
}

/** In columns: Japanese characters take two, half-width kana and Latin letters one. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /[\u1100-\uff60\uffe0-\uffe6]|[^\0-\uffff]/u.test(character) ? 2 : 1;
  return width;
}
