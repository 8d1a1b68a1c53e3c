import { createHash, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { p256Spki, signatureFromDer, signatureToDer } from './p256-signature.ts';
import { SealError } from './seal-error.ts';
import { countersignNote, noteVerifierKey, openNote, signNote } from './signed-note.ts';

const signer = clearSigner();
const key = { name: 'kazasu.example/gate-3', publicKey: signer.publicKey };
const text = 'kazasu gate-3/1\n42\nAAAA\n';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('a signed note', () => {
  it('is read back, whatever the text', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll(/[\0-\x1f]/g, '.'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const each = `${lines.join('\n')}\n`;
        const opened = openNote(Buffer.from(await signNote(each, key.name, signer)), [key]);
        expect(opened).toEqual({ text: each, signedBy: [key] });
      }),
      { numRuns: 60 },
    );
  });

  it('is laid out as C2SP says: text, empty line, em dash, name, key id and DER signature', async () => {
    const note = await signNote(text, key.name, signer);
    const [, encoded = ''] = /^— kazasu\.example\/gate-3 (\S+)\n$/m.exec(note.slice(text.length + 1)) ?? [];
    expect(note.startsWith(`${text}\n— `)).toBe(true);
    const bytes = Buffer.from(encoded, 'base64');
    const spki = p256Spki(signer.publicKey);
    expect(bytes.subarray(0, 4)).toEqual(createHash('sha256').update(spki).digest().subarray(0, 4));
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify('sha256', Buffer.from(text), publicKey, bytes.subarray(4))).toBe(true);
    const [name, id, rest] = noteVerifierKey(key).split('+', 3);
    expect([name, id]).toEqual([key.name, bytes.subarray(0, 4).toString('hex')]);
    expect(noteVerifierKey(key).endsWith(Buffer.concat([Uint8Array.of(2), spki]).toString('base64'))).toBe(
      true,
    );
    expect(rest).toBeDefined();
  });

  it('carries a second signature, and passes over those of keys it does not know', async () => {
    const other = clearSigner();
    const receiver = { name: 'receiver', publicKey: other.publicKey };
    const note = await countersignNote(await signNote(text, key.name, signer), 'receiver', other);
    expect(openNote(note, [key, receiver]).signedBy).toEqual([key, receiver]);
    expect(openNote(note, [receiver]).signedBy).toEqual([receiver]);
    expect(codeOf(() => openNote(note, [{ name: 'receiver', publicKey: signer.publicKey }]))).toBe(
      'unknown-key',
    );
    expect(codeOf(() => openNote(note, []))).toBe('unknown-key');
  });

  it('never yields another text when any one byte is flipped', async () => {
    const note = Buffer.from(await signNote(text, key.name, signer));
    for (let at = 0; at < note.length; at += 1) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const flipped = Buffer.from(note);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        expect(
          codeOf(() => openNote(flipped, [key])),
          `byte ${at}`,
        ).not.toBe('accepted');
      }
    }
  });

  it('is refused whole for one wrong signature under a known name and key', async () => {
    const note = await signNote(text, key.name, signer);
    const forged = `${note}${(await signNote('other\n', key.name, signer)).slice('other\n\n'.length)}`;
    expect(codeOf(() => openNote(forged, [key]))).toBe('bad-signature');
  });

  it('throws nothing but its own error for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (tail) => {
        expect(codeOf(() => openNote(`${text}\n— ${tail}\n`, [key]))).not.toBe('accepted');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(codeOf(() => openNote(bytes, [key]))).not.toBe('accepted');
      }),
    );
  });

  it('is not made of text without a last newline or with control characters, nor under a name with spaces', async () => {
    for (const bad of ['no newline', 'tab\there\n', 'zero\0\n', '\ud800\n', '']) {
      await expect(signNote(bad, key.name, signer)).rejects.toMatchObject({ code: 'cannot-seal' });
    }
    for (const name of ['', 'two words', 'a+b', 'line\n', '　']) {
      await expect(signNote(text, name, signer)).rejects.toMatchObject({ code: 'cannot-seal' });
    }
  });

  it('is refused when it is larger than any note of ours', () => {
    expect(codeOf(() => openNote(`${'a'.repeat(100_000)}\n`, [key]))).toBe('malformed');
  });
});

describe('a DER signature', () => {
  it('is the other form of r‖s, and the only one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (plain) => {
        const der = signatureToDer(plain);
        expect(Buffer.from(signatureFromDer(der) ?? [])).toEqual(Buffer.from(plain));
        expect(signatureFromDer(Buffer.concat([der, Uint8Array.of(0)]))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const plain = signatureFromDer(bytes);
        if (plain !== undefined) expect(Buffer.from(signatureToDer(plain))).toEqual(Buffer.from(bytes));
      }),
    );
  });
});
