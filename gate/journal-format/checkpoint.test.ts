import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countersignNote } from '../../hsm/seal/signed-note.ts';
import { SealError } from '../../hsm/seal/seal-error.ts';
import { softwareSigner } from '../../test/journal/software-signer.ts';
import {
  checkpointText,
  openCheckpoint,
  parseCheckpointText,
  shortForm,
  signCheckpoint,
  type Checkpoint,
} from './checkpoint.ts';
import { JournalError } from './journal-error.ts';

const checkpoint: Checkpoint = { gate: 'north-1', epoch: 7, size: 42, root: new Uint8Array(32).fill(9) };
const text = 'kazasu/journal/v1/north-1/7\n42\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n';
const signer = softwareSigner();

describe('a checkpoint', () => {
  it("is the body of C2SP's tlog-checkpoint: origin, size and root, a line each", () => {
    expect(checkpointText(checkpoint)).toBe(text);
    expect(parseCheckpointText(text)).toEqual(checkpoint);
  });

  const wrong = [
    ['no last newline', text.slice(0, -1)],
    ['an extension line', `${text}more\n`],
    ['a size with a leading zero', text.replace('42', '042')],
    ['a size below 0', text.replace('42', '-1')],
    ['a size that no number can hold', text.replace('42', '9'.repeat(20))],
    ['an epoch of 0', text.replace('/7', '/0')],
    ['another origin', text.replace('kazasu', 'other')],
    ['a root that is too short', text.replace('CQkJ', '')],
    ['a root in another base64', text.replace('CQk=', 'CQk')],
  ];
  it.each(wrong)('is refused with %s', (_, changed) => {
    expect(() => parseCheckpointText(changed)).toThrow(JournalError);
  });

  it('reads to nothing but its own error or what writes the same text', () => {
    const near = fc
      .array(fc.nat(text.length), { maxLength: 3 })
      .chain((places) =>
        fc
          .array(fc.string({ maxLength: 2 }), { minLength: places.length, maxLength: places.length })
          .map((parts) =>
            places.reduce(
              (so, place, n) => so.slice(0, place) + (parts[n] ?? '') + so.slice(place + 1),
              text,
            ),
          ),
      );
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (any) => {
        try {
          expect(checkpointText(parseCheckpointText(any))).toBe(any);
        } catch (error) {
          if (!(error instanceof JournalError)) throw error;
        }
      }),
    );
  });

  it('is believed where the gate signed it, and names those who countersigned it', async () => {
    const receiver = softwareSigner();
    const by = { name: 'ticketing', publicKey: receiver.publicKey };
    const note = await signCheckpoint(checkpoint, signer);
    expect(openCheckpoint(note, [signer.publicKey], [by])).toEqual({ checkpoint, countersignedBy: [] });
    const both = await countersignNote(note, by.name, receiver);
    expect(openCheckpoint(both, [signer.publicKey], [by]).countersignedBy).toEqual(['ticketing']);
  });

  it('is not believed where another key signed it, or the text was changed', async () => {
    const note = await signCheckpoint(checkpoint, signer);
    expect(() => openCheckpoint(note, [softwareSigner().publicKey])).toThrow(SealError);
    expect(() => openCheckpoint(note.replace('\n42\n', '\n41\n'), [signer.publicKey])).toThrow(SealError);
  });

  it('has a short form that tells any two apart, in letters that are not mistaken', () => {
    expect(shortForm(checkpoint)).toMatch(/^7-42( |-)([0-9A-HJKMNP-TV-Z]{4}(-|$)){4}/);
    expect(shortForm({ ...checkpoint, gate: 'north-2' })).not.toBe(shortForm(checkpoint));
    expect(shortForm({ ...checkpoint, root: new Uint8Array(32) })).not.toBe(shortForm(checkpoint));
  });
});
