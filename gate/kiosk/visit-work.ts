import type { CardProfile } from '../card/profile.ts';
import type { SigningStep } from '../card/sign-with-pin.ts';
import { logFailure, type Log } from '../log.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import { systemTimer, type Timer } from '../reader/timer.ts';
import type { Printer } from '../receipt/printer.ts';
import { ReceiptError } from '../receipt/receipt-error.ts';
import { KioskCard, wipeSigned, type CardAnswer, type SignedForm } from './card/kiosk-card.ts';
import { drawPaymentNote } from './payment-note.ts';
import type { ApplicationQueue } from './queue/application-queue.ts';
import { fillInBinding } from './service/fill-in.ts';
import type { ServiceClient } from './service/service-client.ts';
import type { Outcome } from './visit/outcome.ts';
import { bindingTask, type Task } from './visit/task.ts';
import type { Answer, Effect } from './visit/visit.ts';

export interface WorkParts {
  readonly profile: CardProfile;
  readonly client: Pick<ServiceClient, 'lookUpClaim' | 'bind'>;
  readonly queue: Pick<ApplicationQueue, 'submit'>;
  readonly log: Log;
  readonly printer?: Printer | undefined;
  readonly timer?: Timer;
  readonly now?: () => number;
}

/** What is to be done for a visit, and can be answered. */
export type Work = Exclude<Effect, { kind: 'forget' }>;

/** What came of it, but for the number of the work. */
export type Said = Answer extends infer Each ? (Each extends Answer ? Omit<Each, 'work'> : never) : never;

/** How long a visitor waits for the service's word before being told that it is kept. */
const servicePatience = 12_000;

/**
 * Carries a visit's work out on card, service, queue and printer. What is secret, a PIN, a claim's code and
 * what a card signed, is held here for as long as it is needed, and in no state that anyone sees.
 */
export class VisitWork {
  readonly #parts: WorkParts;
  readonly #now: () => number;
  #card: KioskCard | undefined;
  #pin: Uint8Array | undefined;
  #code: string | undefined;
  #signed: SignedForm | undefined;
  /** Counts what was forgotten: what comes later is nobody's. */
  #forgotten = 0;

  constructor(parts: WorkParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  /** A copy of a PIN for the next signature; wiped after it. */
  keepPin(pin: Uint8Array): void {
    this.#pin = Uint8Array.from(pin);
  }

  keepCode(code: string): void {
    this.#code = code;
  }

  /** Does it; what fails that should not is logged, and has an answer too. */
  async carryOut(
    work: Work,
    around: { readonly arrived?: ArrivedCard | undefined; readonly onStep: (step: SigningStep) => void },
  ): Promise<Said> {
    try {
      switch (work.kind) {
        case 'look-up':
          return await this.#lookUp();
        case 'identify':
          return await this.#identify(work.task, around.arrived);
        case 'use-pin':
          return await this.#usePin(work, around.onStep);
        case 'send':
          return await this.#send(work.task);
        case 'print':
          return await this.#print(work.outcome);
      }
    } catch (error) {
      logFailure(this.#parts.log, `${work.kind}-failed`, error);
      return failed[work.kind];
    }
  }

  /** Lets go of the card and wipes all that is secret. */
  forget(): void {
    this.#forgotten += 1;
    this.#card?.release();
    this.#card = undefined;
    this.#pin?.fill(0);
    this.#pin = undefined;
    this.#code = undefined;
    if (this.#signed !== undefined) wipeSigned(this.#signed);
    this.#signed = undefined;
  }

  async #lookUp(): Promise<Said> {
    const code = this.#code ?? '';
    const reply = await this.#parts.client.lookUpClaim(code);
    if (reply.kind !== 'done') return { kind: 'settled', outcome: notBound(reply) };
    return { kind: 'claim-found', task: bindingTask(fillInBinding(reply.value, this.#now()), code) };
  }

  async #identify(task: Task, arrived: ArrivedCard | undefined): Promise<Said> {
    if (arrived === undefined) return { kind: 'card-lost', notice: 'card-left' };
    this.#card?.release();
    const { profile, timer = systemTimer } = this.#parts;
    this.#card = new KioskCard(arrived, { profile, now: this.#now, timer });
    return said(await this.#card.identify(task));
  }

  async #usePin(
    { task, lastTryAgreed }: Extract<Work, { kind: 'use-pin' }>,
    onStep: (step: SigningStep) => void,
  ): Promise<Said> {
    const [pin, card, before] = [this.#pin, this.#card, this.#forgotten];
    this.#pin = undefined;
    try {
      if (pin === undefined || card === undefined) return { kind: 'card-lost', notice: 'card-left' };
      const answer = await card.sign(task, { pin, lastTryAgreed, onStep });
      if (answer.kind !== 'signed') return answer;
      if (before === this.#forgotten) this.#signed = answer.signed;
      else wipeSigned(answer.signed);
      return { kind: 'signed' };
    } finally {
      pin?.fill(0);
    }
  }

  async #send(task: Task): Promise<Said> {
    const signed = this.#signed;
    this.#signed = undefined;
    this.#card?.release();
    if (signed === undefined) throw new Error('There is nothing signed to send.');
    try {
      return { kind: 'settled', outcome: await this.#handOn(task, signed) };
    } finally {
      wipeSigned(signed);
    }
  }

  async #handOn(task: Task, signed: SignedForm): Promise<Outcome> {
    const { client, queue, log } = this.#parts;
    const form = task.bytes;
    const { signature, authenticationCertificate, signatureCertificate } = signed;
    if (task.kind === 'binding') {
      const reply = await client.bind({ code: task.code, form, signature, authenticationCertificate });
      return reply.kind === 'done' ? { kind: 'bound' } : notBound(reply);
    }
    if (signatureCertificate === undefined) throw new Error('An application needs its certificate.');
    const { id } = task.form;
    const application = { id, form, signature, signatureCertificate, authenticationCertificate };
    try {
      return await queue.submit(application, servicePatience);
    } catch (error) {
      logFailure(log, 'application-not-kept', error);
      return { kind: 'failed', notice: 'not-kept' };
    }
  }

  async #print(outcome: Outcome): Promise<Said> {
    const { printer, log } = this.#parts;
    if (printer === undefined || outcome.kind !== 'reserved') return { kind: 'printing', printing: 'none' };
    try {
      await printer.print(drawPaymentNote(outcome, printer.columns));
      return { kind: 'printing', printing: 'printed' };
    } catch (error) {
      if (!(error instanceof ReceiptError)) throw error;
      logFailure(log, 'note-not-printed', error);
      return { kind: 'printing', printing: 'failed' };
    }
  }
}

/** What a visitor is told where something failed that should not have. */
const failed: Readonly<Record<Work['kind'], Said>> = {
  'look-up': { kind: 'settled', outcome: { kind: 'failed', notice: 'service-away' } },
  identify: { kind: 'card-unfit', notice: 'unreadable' },
  'use-pin': { kind: 'card-unfit', notice: 'unreadable' },
  send: { kind: 'settled', outcome: { kind: 'failed', notice: 'not-kept' } },
  print: { kind: 'printing', printing: 'failed' },
};

function said(answer: CardAnswer): Said {
  return answer.kind === 'signed' ? { kind: 'signed' } : answer;
}

/** Bindings cannot wait: their challenge is fresh, and the service's. */
function notBound(reply: Exclude<Awaited<ReturnType<ServiceClient['bind']>>, { kind: 'done' }>): Outcome {
  if (reply.kind === 'refused') return { kind: 'refused', refusal: reply.refusal };
  return reply.kind === 'away' ? { kind: 'failed', notice: 'service-away' } : { kind: 'unclear' };
}
