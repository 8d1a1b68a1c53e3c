const fullWidth =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** How wide a line of text is, in ems: a full-width character is one, any other about six tenths. */
export function widthInEms(text: string): number {
  let ems = 0;
  for (const character of text) ems += fullWidth.test(character) ? 1 : 0.6;
  return ems;
}

/**
 * By how many ems a column is to be divided so that the text fills it: in one line, or in two where the text
 * is longer than `longestLine`. Two lines break between words, so that neither is full.
 */
export function columnEms(text: string, longestLine: number): number {
  const longest = Math.max(...text.split('\n').map(widthInEms), 1);
  return longest <= longestLine ? longest : Math.max(longestLine, longest * 0.6);
}

const whole = /(お声がけください|お待ちください|My Number Card)/;

/** A text in pieces, of which every second must not break: the browser's own sense of phrases takes these apart. */
export function pieces(text: string): string[] {
  return text.split(whole);
}
