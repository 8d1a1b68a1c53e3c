import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson as theirs, checkTerminalRequest } from '../../test/authority/terminal-request.ts';
import { canonicalJson } from './canonical-json.ts';
import { KeyError } from './key-error.ts';
import { verifyTerminalRequest, writeTerminalRequest, type TerminalRequestFile } from './terminal-request.ts';

const keys = {
  rsa2048: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
} as const;
const algorithms = ['rsa2048', 'p384'] as const;

function written(algorithm: 'rsa2048' | 'p384', gate = 'north-1'): Promise<TerminalRequestFile> {
  const { publicKey, privateKey } = keys[algorithm];
  return writeTerminalRequest({ gate, algorithm, publicKey }, (message) =>
    Promise.resolve(
      algorithm === 'rsa2048'
        ? signWith('sha256', message, privateKey)
        : signWith('sha384', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    ),
  );
}

describe('a terminal key request', () => {
  it.each(algorithms)('of %s is taken by us and by the authority', async (algorithm) => {
    const file = await written(algorithm, '北ゲート 1');
    expect(verifyTerminalRequest(JSON.stringify(file))).toMatchObject({ gate: '北ゲート 1', algorithm });
    expect(checkTerminalRequest(file)).toMatchObject({ gate: '北ゲート 1', algorithm });
  });

  it.each(algorithms)('of %s proves nothing once a member was changed', async (algorithm) => {
    const file = await written(algorithm);
    const other = await written(algorithm === 'p384' ? 'rsa2048' : 'p384');
    const changed = [
      { ...file, gate: 'south-2' },
      { ...file, spki: other.spki },
      { ...file, algorithm: other.algorithm },
      { ...file, proof: other.proof },
      { ...file, spki: 'no key' },
      { ...file, more: 'x' },
    ];
    for (const each of changed) expect(() => verifyTerminalRequest(JSON.stringify(each))).toThrow(KeyError);
  });

  it('is refused with our own error, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => verifyTerminalRequest(text)).toThrow(KeyError);
      }),
    );
  });
});

it('writes canonical JSON as the authority does', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
      (members) => {
        expect(canonicalJson(members)).toBe(theirs(members));
        expect(JSON.parse(canonicalJson(members))).toEqual({ ...members });
      },
    ),
  );
});
