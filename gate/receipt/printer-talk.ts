import type { Timer } from '../reader/timer.ts';
import { isJobAnswer, isStatusAnswer, questions, stateOf } from './printer-answers.ts';
import type { ConnectLine, PrinterLine } from './printer-line.ts';
import type { PrinterState } from './printer-state.ts';

type JobOutcome = 'printed' | 'ended';

/** GS r 1, the question that ends each job too. */
const askOnly = Uint8Array.of(0x1d, 0x72, 1);
/** The same after ESC @ and GS V B 0: what is left of a line is forgotten, and what is on paper cut off. */
const cutAndAsk = Uint8Array.of(0x1b, 0x40, 0x1d, 0x56, 0x42, 0, ...askOnly);

/** One connection to a printer: questions, a job, and which byte of the printer's answers which. */
export class PrinterTalk {
  readonly #line: PrinterLine;
  readonly #timer: Timer;
  readonly #ended: Promise<'ended'>;
  readonly #end: () => void;
  #onStatusAnswer: (byte: number) => void = () => undefined;
  #onJobAnswer: () => void = () => undefined;
  #over = false;

  private constructor(line: PrinterLine, timer: Timer, ended: Promise<'ended'>, end: () => void) {
    this.#line = line;
    this.#timer = timer;
    this.#ended = ended;
    this.#end = end;
  }

  /** Fails where the line cannot be opened. */
  static async open(connect: ConnectLine, timer: Timer): Promise<PrinterTalk> {
    const hear: { now: (bytes: Uint8Array) => void } = { now: () => undefined };
    let end = (): void => undefined;
    const ended = new Promise<'ended'>((resolve) => {
      end = () => {
        resolve('ended');
      };
    });
    const line = await connect({
      onBytes: (bytes) => {
        hear.now(bytes);
      },
      onEnd: () => {
        end();
      },
    });
    const talk = new PrinterTalk(line, timer, ended, end);
    hear.now = (bytes) => {
      talk.#hear(bytes);
    };
    return talk;
  }

  /** Asks how the printer is, one question after the other; `silent` where one is not answered in time. */
  async ask(milliseconds: number): Promise<PrinterState> {
    const answers: number[] = [];
    for (const question of questions) {
      const answered = new Promise<number>((resolve) => (this.#onStatusAnswer = resolve));
      const sent = this.#write(question);
      const answer = await this.within(Promise.race([answered, sent]), milliseconds);
      if (answer === 'ended') return 'unreachable';
      if (answer === 'late') return 'silent';
      answers.push(answer);
    }
    return stateOf(answers);
  }

  /** Sends a job; `printed` when the printer has come to its end. */
  async job(bytes: Uint8Array): Promise<JobOutcome> {
    return Promise.race([this.#nextJobAnswer(), this.#write(bytes), this.#ended]);
  }

  /**
   * Makes sure that no answer to an earlier job is still to come, which would be taken for the next one's:
   * asks once more, and waits until the answers are over. After a torn receipt, it cuts that off first.
   * Answers whether the printer has come to the question.
   */
  async settle(torn: boolean, milliseconds: number, quiet: number): Promise<boolean> {
    let answered = this.#nextJobAnswer();
    const failed = this.#write(torn ? cutAndAsk : askOnly);
    if ((await this.within(Promise.race([answered, failed]), milliseconds)) !== 'printed') return false;
    // Nothing is printed between the last of an earlier job and this, so the answers follow at once.
    do answered = this.#nextJobAnswer();
    while ((await this.within(answered, quiet)) === 'printed');
    return true;
  }

  /** What comes of something, or `late`, or that the line has ended. */
  async within<Result>(what: Promise<Result>, milliseconds: number): Promise<Result | 'late' | 'ended'> {
    let callOff = (): void => undefined;
    const late = new Promise<'late'>((resolve) => {
      callOff = this.#timer.after(milliseconds, () => {
        resolve('late');
      });
    });
    try {
      return await Promise.race([what, this.#ended, late]);
    } finally {
      callOff();
    }
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#line.close();
    this.#end();
  }

  #nextJobAnswer(): Promise<'printed'> {
    return new Promise((resolve) => {
      this.#onJobAnswer = () => {
        resolve('printed');
      };
    });
  }

  /** Only a failure is an outcome: that the system took the bytes says nothing of the printer. */
  #write(bytes: Uint8Array): Promise<'ended'> {
    return new Promise((resolve) => {
      this.#line.write(bytes).catch(() => {
        // Whatever waits for an answer on this line need not wait for the system to say so too.
        this.#end();
        resolve('ended');
      });
    });
  }

  #hear(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (isStatusAnswer(byte)) this.#onStatusAnswer(byte);
      else if (isJobAnswer(byte)) this.#onJobAnswer();
    }
  }
}
