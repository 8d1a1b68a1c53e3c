import { changedCard } from './faulty-card.ts';
import { answer, status, statusOf } from './status-words.ts';
import type { VirtualCard } from './virtual-card.ts';

/** What a hostile card makes of a command, given the honest answer. */
type Malice = (command: Uint8Array, honest: Uint8Array) => Uint8Array;

const instruction = { select: 0xa4, read: 0xb0, challenge: 0x84, proof: 0x82, sign: 0x2a } as const;

/** Changes the answers to one instruction, where they are more than a status word. */
function at(wanted: number, change: (data: Uint8Array, command: Uint8Array) => Uint8Array): Malice {
  return (command, honest) => {
    if (command[1] !== wanted || statusOf(honest) !== status.done) return honest;
    return change(honest.subarray(0, -2), command);
  };
}

/** Says other things than the truth to all but the selections, so that the reader stays interested. */
function afterSelection(say: (command: Uint8Array) => Uint8Array): Malice {
  return (command, honest) => (command[1] === instruction.select ? honest : say(command));
}

/** Whether a READ BINARY begins at the file's first byte. */
function readsTheStart(command: Uint8Array): boolean {
  const [, , p1 = 0, p2 = 0] = command;
  return p2 === 0 && (p1 >= 0x80 || p1 === 0);
}

/** Files whose DER header tells of a certificate of another length, and that never end. */
function endlessFile(header: string): Malice {
  const start = Buffer.concat([Buffer.from(header, 'hex'), Buffer.alloc(256)]).subarray(0, 256);
  const more = Buffer.alloc(256, 0x30);
  return (command, honest) =>
    command[1] === instruction.read ? answer(status.done, readsTheStart(command) ? start : more) : honest;
}

const noise = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, n) => (n * 167 + 13) & 0xff);

/** What a hostile card does, by name. Each is over an honest card, whose state goes on behind. */
export const hostilities = {
  'certificate of 64 kB without end': endlessFile('3082ffff'),
  'certificate of 4 GB without end': endlessFile('3084ffffffff'),
  'certificate of a length that overflows': endlessFile('3088ffffffffffffffff'),
  'certificate of indefinite length': endlessFile('3080'),
  'certificate of no bytes': endlessFile('3000'),
  'certificate that nests without end': (command, honest) =>
    command[1] === instruction.read
      ? answer(status.done, Buffer.alloc(256, Buffer.from('3080', 'hex')))
      : honest,
  'certificate of noise': at(instruction.read, (data, command) =>
    readsTheStart(command)
      ? Buffer.concat([data.subarray(0, 4), noise(data.length).subarray(4)])
      : noise(data.length),
  ),
  'certificate with one bit changed': at(instruction.read, (data, command) => {
    const changed = Uint8Array.from(data);
    if (readsTheStart(command) && changed.length > 40) changed[40] = (changed[40] ?? 0) ^ 0x01;
    return changed;
  }),
  'reads of nothing': at(instruction.read, () => answer(status.done)),
  'reads of one byte': at(instruction.read, (data) => answer(status.done, data.subarray(0, 1))),
  'reads longer than asked': at(instruction.read, (data) =>
    answer(status.done, Buffer.concat([data, noise(2048)])),
  ),
  'nonsense status words': afterSelection(() => answer(0x1234)),
  'status words of zero': () => answer(0x0000),
  'more to come, for ever': afterSelection(() => answer(0x61ff)),
  'another length, for ever': afterSelection(() => answer(0x6c01)),
  'answers of no bytes': afterSelection(() => new Uint8Array(0)),
  'answers of one byte': afterSelection(() => Uint8Array.of(0x90)),
  'answers of 64,000 bytes': afterSelection(() => answer(status.done, noise(64_000))),
  'challenge of no bytes': at(instruction.challenge, () => answer(status.done)),
  'challenge of 200 bytes': at(instruction.challenge, () => answer(status.done, noise(200))),
  'signature of no bytes': at(instruction.sign, () => answer(status.done)),
  'signature of zeros': at(instruction.sign, (data) => answer(status.done, new Uint8Array(data.length))),
  'signature one byte short': at(instruction.sign, (data) => answer(status.done, data.subarray(1))),
  'signature with more after it': at(instruction.sign, (data) =>
    answer(status.done, Buffer.concat([data, noise(16)])),
  ),
  'yes to everything': afterSelection(() => answer(status.done)),
} as const satisfies Record<string, Malice>;

export type Hostility = keyof typeof hostilities;

/**
 * A card that means harm, over one that is honest.
 *
 * @example
 * hostileCard(ordinaryCard(options), 'certificate of 4 GB without end');
 */
export function hostileCard(card: VirtualCard, hostility: Hostility): VirtualCard {
  const malice: Malice = hostilities[hostility];
  return changedCard(card, {
    transmit: (command) => {
      const honest = card.transmit(command);
      return honest === undefined ? undefined : malice(command, honest);
    },
  });
}
