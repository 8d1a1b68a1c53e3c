import { describe, expect, it } from 'vitest';
import { enrolmentAnswer, type EnrolmentAnswer } from './enrolment.ts';
import {
  countersignerName,
  gatePaths,
  journalAnswer,
  mostPackBytes,
  offeredPack,
  offeredPacks,
  type JournalAnswer,
  type OfferedPack,
} from './messages.ts';

const pack: OfferedPack = {
  kind: 'full',
  event: 'concert',
  session: 'opening-night',
  gateGroup: 'main',
  version: 3,
  bytes: mostPackBytes,
  digest: '0f'.repeat(32),
  issuedAt: '2027-04-01T00:00:00.000Z',
};
const delta: OfferedPack = { ...pack, kind: 'delta', base: 2, bytes: 700 };
const answer: JournalAnswer = {
  findings: [{ code: 'log-gap', epoch: 2, sentence: 'Log 2 is missing.' }],
  countersigned: ['a signed note'],
};
const enrolled: EnrolmentAnswer = {
  gate: 'north-1',
  gateGroup: 'main',
  door: 'north',
  direction: 'in',
  fingerprint: 'ab'.repeat(32),
  listKeys: ['-----BEGIN PUBLIC KEY-----'],
};

describe('what is said between a gate and the ticketing service', () => {
  it('is taken in the agreed form', () => {
    expect(offeredPacks.parse({ packs: [pack, delta] }).packs).toEqual([pack, delta]);
    expect(journalAnswer.parse(answer)).toEqual(answer);
    expect(enrolmentAnswer.parse(enrolled)).toEqual(enrolled);
  });

  it.each<[string, object]>([
    ['a delta on no version', { ...pack, kind: 'delta' }],
    ['a whole pack on a version', { ...pack, base: 2 }],
    ['no version', { ...pack, version: 0 }],
    ['a file too long', { ...pack, bytes: mostPackBytes + 1 }],
    ['a digest that leads elsewhere', { ...pack, digest: `../${'0f'.repeat(30)}` }],
    ['one thing more', { ...pack, url: 'https://elsewhere.example' }],
  ])('is refused with %s', (_, wrong) => {
    expect(offeredPack.safeParse(wrong).success).toBe(false);
  });

  it('is said at addresses of its own, and countersigned under a name that a note can carry', () => {
    expect(Object.values(gatePaths).every((path) => path.startsWith('/api/gates/'))).toBe(true);
    expect(countersignerName).toMatch(/^[^\s+]+$/);
  });
});
