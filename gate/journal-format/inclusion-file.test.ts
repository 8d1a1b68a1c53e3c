import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SealError } from '../../hsm/seal/seal-error.ts';
import { countersignNote } from '../../hsm/seal/signed-note.ts';
import { JournalFolder } from '../../test/journal/journal-folder.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import { proveEntry } from '../journal/prove-entry.ts';
import { readJournal } from '../journal/read-journal.ts';
import { verifyInclusionFile } from './inclusion-file.ts';
import { JournalError } from './journal-error.ts';

const receiver = softwareSigner();
const by = { name: 'kazasu/ticketing', publicKey: receiver.publicKey };
let folder: JournalFolder;
let keys: Uint8Array[];
let length: number;

beforeAll(async () => {
  folder = new JournalFolder();
  keys = [folder.signer.publicKey];
  const journal = await folder.open({ checkpointEvery: 10 });
  for (let n = 0; n < 37; n += 1) {
    journal.record({ kind: 'lane', at: folder.now, open: n % 2 === 0, by: `staff ${n}` });
    await new Promise((resolve) => setImmediate(resolve));
    if (n !== 20) continue;
    const { checkpoint } = await journal.handOver();
    journal.keepCountersignature(await countersignNote(checkpoint.note, by.name, receiver), by);
  }
  length = (await journal.close())?.checkpoint.size ?? 0;
});
afterAll(() => {
  folder.remove();
});

const prove = (number: number): string =>
  readJournal(folder.file, (store) => proveEntry(store, { epoch: 1, number }));

function codeOf(text: string, given = keys): string {
  try {
    verifyInclusionFile(text, { keys: given });
    return 'proven';
  } catch (error) {
    if (error instanceof JournalError || error instanceof SealError) return error.code;
    throw error;
  }
}

describe('the proof of an entry', () => {
  it('holds for each of them, and shows exactly that one', () => {
    for (let number = 0; number < length; number += 1) {
      const { entry, checkpoint, signatureChecked } = verifyInclusionFile(prove(number), { keys });
      expect(entry.number).toBe(number);
      expect(checkpoint).toMatchObject({ gate: 'north-1', epoch: 1 });
      expect(checkpoint.size).toBeGreaterThan(number);
      expect(signatureChecked).toBe(true);
    }
  });

  it('is laid out as C2SP says', () => {
    const base64 = '[A-Za-z0-9+/]{43}=';
    const lines = `c2sp.org/tlog-proof@v1\nextra [A-Za-z0-9+/=]+\nindex 7\n(${base64}\n)+\n`;
    const checkpoint = `kazasu/journal/v1/north-1/1\n\\d+\n${base64}\n\n— kazasu/journal/v1/north-1/1 `;
    expect(prove(7)).toMatch(new RegExp(`^${lines}${checkpoint}`));
  });

  it('is under a countersigned checkpoint where one covers the entry', () => {
    const proven = verifyInclusionFile(prove(5), { keys, countersigners: [by] });
    expect(proven.countersignedBy).toEqual([by.name]);
    const late = verifyInclusionFile(prove(length - 1), { keys, countersigners: [by] });
    expect(late.countersignedBy).toEqual([]);
  });

  it('never holds when any one character of it is another, but for the countersignature that nobody asked for', () => {
    const proof = prove(length - 1);
    for (let at = 0; at < proof.length; at += 1) {
      for (const put of ['A', '0', '\n']) {
        if (proof[at] === put) continue;
        expect(codeOf(proof.slice(0, at) + put + proof.slice(at + 1)), `${at} ${put}`).not.toBe('proven');
      }
    }
  });

  it('does not hold for another entry, at another place, or under another log’s checkpoint', () => {
    const [one, other] = [prove(3), prove(4)];
    const partOf = (text: string, pattern: RegExp): string => pattern.exec(text)?.[0] ?? '';
    const extra = /^extra .*$/m;
    const index = /^index .*$/m;
    expect(codeOf(one.replace(extra, partOf(other, extra)))).toBe('bad-proof');
    expect(codeOf(one.replace(index, partOf(other, index)))).toBe('bad-proof');
    const head = one.slice(0, one.indexOf('\n\n'));
    const last = prove(length - 1);
    expect(codeOf(head + last.slice(last.indexOf('\n\n')))).toBe('bad-proof');
    expect(codeOf(one, [softwareSigner().publicKey])).toBe('unknown-key');
  });

  it('throws nothing but its own errors for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.nat(400), (text, at) => {
        const proof = prove(3);
        expect(codeOf(text)).toBe('malformed');
        expect(codeOf(proof.slice(0, at))).not.toBe('proven');
        expect(codeOf(proof.slice(0, at) + text)).not.toBe('proven');
      }),
      { numRuns: 60 },
    );
  });
});
