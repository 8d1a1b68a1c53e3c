/**
 * Line drawings on a field of 48, as paths: those that verdicts name, and those of the screens' own. Each tells
 * its verdict's kind by shape alone.
 */
export const iconShapes = {
  check: ['M10 25.5 20 35.5 38.5 13'],
  twice: ['M5 25 13.5 33.5 29 14', 'M21.5 30.5 24.5 33.5 43 12'],
  door: ['M10 42V8a2 2 0 0 1 2-2h24a2 2 0 0 1 2 2v34', 'M5 42h38', 'M30 23v4'],
  clock: ['M24 6a18 18 0 1 1 0 36 18 18 0 0 1 0-36Z', 'M24 13v11l8 5'],
  calendar: ['M8 11h32v29H8Z', 'M8 20h32', 'M16 6v8', 'M32 6v8', 'M18 27l12 8', 'M30 27l-12 8'],
  people: [
    'M17 9a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z',
    'M5 40c0-8 5-12.500 12-12.500s12 4.500 12 12.500',
    'M33 14a5 5 0 1 1 0 10',
    'M35 29c5 .8 8 4.600 8 11',
  ],
  cross: ['M12 12 36 36', 'M36 12 12 36'],
  card: [
    'M7 11h34a3 3 0 0 1 3 3v20a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V14a3 3 0 0 1 3-3Z',
    'M11 19h9v8h-9Z',
    'M27 20h11',
    'M27 26h8',
  ],
  hold: ['M38 15A17 17 0 1 0 41 26', 'M40 7v9h-9'],
  out: ['M24 6a18 18 0 1 1 0 36 18 18 0 0 1 0-36Z', 'M13 24h22'],
  lost: [
    'M8 20c9.500-8.500 22.500-8.500 32 0',
    'M14.500 27c5.800-5 13.200-5 19 0',
    'M24 35v.2',
    'M8 40 40 8',
  ],
  muted: ['M8 19v10h7l10 8V11l-10 8Z', 'M32 19l10 10', 'M42 19 32 29'],
  search: ['M21 8a13 13 0 1 1 0 26 13 13 0 0 1 0-26Z', 'M31 31l10 10'],
  undo: ['M12 20h20a9 9 0 0 1 0 18H20', 'M19 12l-8 8 8 8'],
  warning: ['M24 7 43 40H5Z', 'M24 20v9', 'M24 34.500v.2'],
  printer: ['M13 18V7h22v11', 'M13 34H7V18h34v16h-6', 'M13 28h22v13H13Z'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type IconName = keyof typeof iconShapes;
