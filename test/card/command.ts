/** A command APDU of ISO 7816-4, taken apart. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Empty where there is no Lc. */
  readonly data: Uint8Array;
  /** How much answer is asked for, 1 to 65,536; `undefined` where there is no Le. */
  readonly le: number | undefined;
  /** Whether its lengths are written in the extended form. */
  readonly extended: boolean;
}

/** Takes a command apart; `undefined` where its lengths do not fit its bytes. */
export function parseCommand(bytes: Uint8Array): Command | undefined {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, first] = bytes;
  if (bytes.length < 4) return undefined;
  const body = bodyOf(bytes.subarray(4), first);
  return body === undefined ? undefined : { cla, ins, p1, p2, ...body };
}

type Body = Pick<Command, 'data' | 'le' | 'extended'>;

const none = new Uint8Array(0);

function bodyOf(body: Uint8Array, first: number | undefined): Body | undefined {
  if (first === undefined) return { data: none, le: undefined, extended: false };
  if (body.length === 1) return { data: none, le: first === 0 ? 256 : first, extended: false };
  return first === 0 ? extendedBody(body) : shortBody(body, first);
}

function shortBody(body: Uint8Array, lc: number): Body | undefined {
  const data = body.slice(1, 1 + lc);
  if (data.length !== lc) return undefined;
  const rest = body.length - 1 - lc;
  if (rest === 0) return { data, le: undefined, extended: false };
  if (rest > 1) return undefined;
  const le = body[1 + lc] ?? 0;
  return { data, le: le === 0 ? 256 : le, extended: false };
}

function extendedBody(body: Uint8Array): Body | undefined {
  if (body.length < 3) return undefined;
  const length = wordAt(body, 1);
  if (body.length === 3) return { data: none, le: length === 0 ? 65_536 : length, extended: true };
  const data = body.slice(3, 3 + length);
  if (length === 0 || data.length !== length) return undefined;
  const rest = body.length - 3 - length;
  if (rest === 0) return { data, le: undefined, extended: true };
  if (rest !== 2) return undefined;
  const le = wordAt(body, 3 + length);
  return { data, le: le === 0 ? 65_536 : le, extended: true };
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
