import { randomBytes } from 'node:crypto';
import { type Command, parseCommand } from './command.ts';
import type { ElementaryFile } from './elementary-file.ts';
import type { Pin } from './pin.ts';
import { signatureLength, signingForms } from './signing.ts';
import { answer, status, triesLeft } from './status-words.ts';
import {
  type CardClock,
  terminalAuthentication,
  type TerminalAuthentication,
  type TerminalProfile,
  type TerminalTrust,
} from './terminal-authentication.ts';
import type { VirtualCard } from './virtual-card.ts';

/** OpenSC knows a card by this; a contactless reader would make one up. */
const jpkiAtr: Uint8Array = Buffer.from('3be000ff8131fe4514', 'hex');

const applicationId = Buffer.from('d392f000260100000001', 'hex');

/** What a card is, apart from what is in its files. */
export interface CardMake {
  readonly files: ReadonlyMap<number, ElementaryFile>;
  readonly profile: TerminalProfile;
  readonly terminalTrust: TerminalTrust;
  /** The kind of its own keys. */
  readonly keys: 'rsa2048' | 'p384';
  /** The latest day that it has seen on a certificate, in place of a clock. */
  readonly latestDay: Date;
  /** Whether READ BINARY takes an extended Le. */
  readonly extendedRead: boolean;
  /** The status word with which a card refuses commands that name a file by its short id. */
  readonly refuseShortIds?: number;
  /** The status word with which a card refuses every P1 of SIGN but 00. */
  readonly refuseHashSigning?: number;
}

/** All that a selection of the application or a reset makes it forget. */
interface Session {
  current: ElementaryFile | undefined;
  challenge: Uint8Array | undefined;
  readonly loggedIn: Set<Pin>;
  readonly terminal: TerminalAuthentication;
}

type Handler = (session: Session, command: Command) => Uint8Array;

/**
 * The JPKI application, as strict as the public facts and the design's agreements let it be: nothing is
 * signed without a PIN or, with the authentication key alone, terminal authentication.
 */
export class JpkiCard implements VirtualCard {
  readonly atr = jpkiAtr;
  readonly #make: CardMake;
  /** Permanent memory, as are the counters of the PINs. */
  readonly #clock: CardClock;
  #session: Session | undefined;

  /** By class and instruction; the commands of terminal authentication come on top. */
  readonly #instructions: ReadonlyMap<number, Handler> = new Map<number, Handler>([
    [0x00b0, (session, command) => this.#readBinary(session, command)],
    [0x0020, (session, command) => this.#verify(session, command)],
    [0x0084, (session, command) => getChallenge(session, command)],
    [0x0070, () => answer(status.noSecondChannel)],
    [0x802a, (session, command) => this.#sign(session, command)],
  ]);

  constructor(make: CardMake) {
    this.#make = make;
    this.#clock = { latest: make.latestDay };
  }

  powerOn(): void {
    this.reset();
  }

  powerOff(): void {
    this.reset();
  }

  reset(): void {
    this.#session = undefined;
  }

  transmit(bytes: Uint8Array): Uint8Array {
    const challenge = this.#session?.challenge;
    // Where a challenge does not outlive other commands, this one is the last for it, whatever it is.
    if (this.#session?.terminal.challengeOutlives === false) this.#session.challenge = undefined;
    const command = parseCommand(bytes);
    if (command === undefined) return answer(status.wrongLength);
    const classRefused = refusedClass(command);
    if (classRefused !== undefined) return answer(classRefused);
    if (command.cla === 0x00 && command.ins === 0xa4) return answer(this.#select(command));
    if (this.#session === undefined) return answer(status.conditionsNotSatisfied);
    return this.#inApplication(this.#session, command, challenge);
  }

  #inApplication(session: Session, command: Command, challenge: Uint8Array | undefined): Uint8Array {
    const { terminal } = session;
    const takeChallenge = (): Uint8Array | undefined => {
      session.challenge = undefined;
      return challenge?.length === terminal.challengeLength ? challenge : undefined;
    };
    const current = session.current === undefined ? 'none' : session.current.kind;
    const proof = terminal.answer(command, current, takeChallenge);
    if (proof !== undefined) return answer(proof);
    const handler = this.#instructions.get((command.cla << 8) | command.ins);
    return handler?.(session, command) ?? answer(this.#whyUnknown(session, command));
  }

  #whyUnknown({ terminal }: Session, { ins }: Command): number {
    const known = [...this.#instructions.keys()].map((key) => key & 0xff);
    return [...known, ...terminal.instructions, 0xa4].includes(ins)
      ? status.unknownClass
      : status.unknownInstruction;
  }

  #select({ p1, p2, data }: Command): number {
    if (p2 !== 0x0c || (p1 !== 0x04 && p1 !== 0x02)) return status.wrongParameters;
    if (p1 === 0x04) return this.#selectApplication(data);
    if (this.#session === undefined) return status.fileNotFound;
    if (data.length !== 2) return status.wrongLength;
    const found = this.#make.files.get(((data[0] ?? 0) << 8) | (data[1] ?? 0));
    if (found === undefined) return status.fileNotFound;
    this.#session.current = found;
    return status.done;
  }

  #selectApplication(name: Uint8Array): number {
    if (Buffer.compare(name, applicationId) !== 0) return status.fileNotFound;
    const { profile, terminalTrust } = this.#make;
    this.#session = {
      current: undefined,
      challenge: undefined,
      loggedIn: new Set(),
      terminal: terminalAuthentication(profile, terminalTrust, this.#clock),
    };
    return status.done;
  }

  #readBinary(session: Session, { p1, p2, data, le, extended }: Command): Uint8Array {
    const short = p1 >= 0x80;
    if (short && (p1 & 0x60) !== 0) return answer(status.wrongParameters);
    const found = this.#file(session, short ? p1 & 0x1f : 0);
    if (typeof found === 'number') return answer(found);
    if (found.kind === 'pin' || found.kind === 'key') return answer(status.wrongKindOfFile);
    if (found.kind === 'terminal-trust' && !found.readable) return answer(status.wrongKindOfFile);
    session.current = found;
    if (found.kind === 'data' && found.readAfter !== undefined && !session.loggedIn.has(found.readAfter)) {
      return answer(status.securityNotSatisfied);
    }
    if (le === undefined || data.length > 0 || (extended && !this.#make.extendedRead)) {
      return answer(status.wrongLength);
    }
    const offset = short ? p2 : (p1 << 8) | p2;
    if (offset >= found.bytes.length) return answer(status.pastTheEnd);
    return answer(status.done, found.bytes.subarray(offset, offset + le));
  }

  #verify(session: Session, { p1, p2, data, le }: Command): Uint8Array {
    if (p1 !== 0x00 || (p2 & 0xe0) !== 0x80) return answer(status.wrongParameters);
    const found = this.#file(session, p2 & 0x1f);
    if (typeof found === 'number') return answer(found);
    if (found.kind !== 'pin') return answer(status.wrongKindOfFile);
    session.current = found;
    const { pin } = found;
    if (le !== undefined) return answer(status.wrongLength);
    // Asked without a PIN: how many tries there are. A right PIN before does not show here.
    if (data.length === 0) return answer(triesLeft(pin.left));
    if (pin.left === 0) return answer(status.pinBlocked);
    if (!pin.hasLength(data.length)) return answer(status.wrongLength);
    if (!pin.try(data)) {
      session.loggedIn.delete(pin);
      return answer(triesLeft(pin.left));
    }
    session.loggedIn.add(pin);
    return answer(status.done);
  }

  #sign(session: Session, { p1, p2, data, le }: Command): Uint8Array {
    const { keys, refuseHashSigning } = this.#make;
    const form = signingForms(keys).get(p1);
    if (form === undefined || (p2 & 0xe0) !== 0x80) return answer(status.wrongParameters);
    if (refuseHashSigning !== undefined && p1 !== 0x00) return answer(refuseHashSigning);
    const found = this.#file(session, p2 & 0x1f);
    if (typeof found === 'number') return answer(found);
    if (found.kind !== 'key') return answer(status.wrongKindOfFile);
    session.current = found;
    const allowed = session.loggedIn.has(found.pin) || (found.forTerminals && session.terminal.proven);
    if (!allowed || found.key === undefined) return answer(status.securityNotSatisfied);
    const length = signatureLength[keys];
    if (data.length < form.shortest || data.length > form.longest || le === undefined || le < length) {
      return answer(status.wrongLength);
    }
    return answer(status.done, form.sign(found.key, data));
  }

  /** The file that a command's short id names, 0 being the current one; or why there is none. */
  #file(session: Session, shortId: number): ElementaryFile | number {
    if (shortId === 0) return session.current ?? status.noCurrentFile;
    if (this.#make.refuseShortIds !== undefined) return this.#make.refuseShortIds;
    return this.#make.files.get(shortId) ?? status.fileNotFound;
  }
}

function getChallenge(session: Session, { p1, p2, data, le, extended }: Command): Uint8Array {
  if (p1 !== 0 || p2 !== 0) return answer(status.wrongParameters);
  if (data.length > 0 || le === undefined || le > 256 || extended) return answer(status.wrongLength);
  session.challenge = Uint8Array.from(randomBytes(le));
  return answer(status.done, session.challenge);
}

/** The status word for a class that the card does not take; `undefined`: one of the two that it takes. */
function refusedClass({ cla }: Command): number | undefined {
  if (cla >= 0x40 && cla < 0x80) return status.noSecondChannel; // channels 4 to 19
  if ((cla & 0x60) !== 0) return status.unknownClass;
  if ((cla & 0x10) !== 0) return status.noChaining;
  if ((cla & 0x0c) !== 0) return status.noSecureMessaging;
  return (cla & 0x03) === 0 ? undefined : status.noSecondChannel;
}
