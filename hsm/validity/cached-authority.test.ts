import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Purpose } from '../certificate/purpose.ts';
import { CachedAuthority } from './cached-authority.ts';
import type { CertificateReference, Validity, ValidityAuthority } from './validity-authority.ts';
import { ValidityError } from './validity-error.ts';

const issuerKeyId = Uint8Array.of(1, 2, 3);
const reference = (serial: number): CertificateReference => ({ issuerKeyId, serial: Uint8Array.of(serial) });

/** Answers each serial with its own moment, and remembers what it was asked. */
class Recorder implements ValidityAuthority {
  readonly questions: number[][] = [];
  failing = false;

  validity(_: Purpose, certificates: readonly CertificateReference[]): Promise<Validity[]> {
    const serials = certificates.map((each) => each.serial[0] ?? 0);
    this.questions.push(serials);
    if (this.failing) return Promise.reject(new ValidityError('busy', 'The authority is busy.'));
    return Promise.resolve(serials.map((serial) => ({ status: 'good', asOf: new Date(serial) })));
  }

  correspondence(certificates: readonly CertificateReference[]): Promise<undefined[]> {
    this.questions.push(certificates.map((each) => each.serial[0] ?? 0));
    return Promise.resolve(certificates.map(() => undefined));
  }

  renewals(certificates: readonly CertificateReference[]): Promise<undefined[]> {
    return this.correspondence(certificates);
  }
}

let recorder: Recorder;
let clock: number;

beforeEach(() => {
  recorder = new Recorder();
  clock = 0;
});

function cached(options: { most?: number; batch?: number } = {}): CachedAuthority {
  return new CachedAuthority({ authority: recorder, lifetime: 1000, now: () => clock, ...options });
}

async function ask(authority: CachedAuthority, ...serials: number[]): Promise<number[]> {
  const answers = await authority.validity('authentication', serials.map(reference));
  return answers.map((each) => each.asOf.getTime());
}

describe('an authority whose answers are kept', () => {
  it('answers in the order asked, whatever was kept, doubled or batched', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 9 }))),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        async (questions, batch, most) => {
          const authority = cached({ batch, most });
          for (const serials of questions) expect(await ask(authority, ...serials)).toEqual(serials);
        },
      ),
    );
  });

  it('asks about none twice within an answer’s lifetime, and again after it', async () => {
    const authority = cached();
    await ask(authority, 1, 2, 1);
    clock = 999;
    await ask(authority, 2, 3);
    clock = 1000;
    await ask(authority, 1, 2);
    expect(recorder.questions).toEqual([[1, 2], [3], [1, 2]]);
  });

  it('asks once where two ask at the same moment', async () => {
    const authority = cached();
    await Promise.all([ask(authority, 1, 2), ask(authority, 2, 3)]);
    expect(recorder.questions).toEqual([[1, 2], [3]]);
  });

  it('asks for each purpose by itself', async () => {
    const authority = cached();
    await authority.validity('authentication', [reference(1)]);
    await authority.validity('signature', [reference(1)]);
    expect(recorder.questions).toEqual([[1], [1]]);
  });

  it('asks in batches', async () => {
    const authority = cached({ batch: 2 });
    await ask(authority, 1, 2, 3, 4, 5);
    await authority.correspondence([1, 2, 3].map(reference));
    await authority.renewals([1, 2, 3].map(reference));
    expect(recorder.questions).toEqual([[1, 2], [3, 4], [5], [1, 2], [3], [1, 2], [3]]);
  });

  it('keeps no more answers than it may, and lets the oldest go', async () => {
    const authority = cached({ most: 2 });
    await ask(authority, 1, 2, 3);
    await ask(authority, 3, 2, 1);
    expect(recorder.questions).toEqual([[1, 2, 3], [1]]);
  });

  it('keeps no error: the next question is asked anew', async () => {
    const authority = cached({ batch: 1 });
    recorder.failing = true;
    await expect(ask(authority, 1, 2)).rejects.toThrow(ValidityError);
    recorder.failing = false;
    expect(await ask(authority, 1, 2)).toEqual([1, 2]);
  });

  it('counts what was paid for, by purpose and in yen, and no error', async () => {
    const authority = cached();
    await ask(authority, 1, 2, 2);
    await ask(authority, 1);
    await authority.validity('signature', [reference(1)]);
    recorder.failing = true;
    await expect(ask(authority, 9)).rejects.toThrow(ValidityError);
    expect(authority.paid()).toEqual({ checks: { authentication: 2, signature: 1 }, yen: 24 });
  });
});
