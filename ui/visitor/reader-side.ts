/** On which side of the screen the reader is. */
export type ReaderSide = 'below' | 'left' | 'right';

/** Whoever mounts the screen says it in the address: `/?reader=right`. Below, where nothing is said. */
export function readerSide(query: string): ReaderSide {
  const said = new URLSearchParams(query).get('reader');
  return said === 'left' || said === 'right' ? said : 'below';
}
