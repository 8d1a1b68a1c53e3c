// Lengths and bounds of the format, as FORMAT.md names them.

export const hashLength = 32;
/** The first half of a hash: finds the row. */
export const tagLength = 16;
/** The first bytes of a ticket's tag: enough to find its row among any number of tickets. */
export const ticketTagLength = 8;
/** Row number and record key. */
export const linkLength = 20;
export const ticketRowLength = ticketTagLength + linkLength;
export const gcmTagLength = 16;

export const mostRows = 10_000_000;
export const mostRecordBytes = 4096;
export const mostSealedBytes = mostRecordBytes + gcmTagLength;
