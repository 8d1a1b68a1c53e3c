import type { VerdictName } from '../../gate/decide/verdict.ts';
import type { EntryRecord, EntryParty } from '../../ticketing/entry-list/entry-record.ts';
import type { PackRules } from '../../ticketing/entry-list/pack-contents.ts';
import type { Authority } from '../authority/authority.ts';
import { makeKey } from '../authority/key-pool.ts';
import { cardKinds, type CardKindName } from '../card/kinds.ts';
import type { Visitor } from '../world/visitors.ts';
import type { ModelCard } from './model.ts';
import { Seeded } from './seeded.ts';

/** The door at which the session's gate stands. */
export const door = 'north';

/** One of the session's cards, with what the model is to know of it. */
export interface Player {
  readonly visitor: Visitor;
  readonly known: ModelCard;
}

const hour = 3_600_000;

/** The first day's midnight in Japan after which the session may begin, so that days fall as planned. */
export function firstDay(after: Date): number {
  const day = 24 * hour;
  return Math.ceil((after.getTime() + 9 * hour) / day) * day - 9 * hour;
}

/** Three days with re-entry, doors, windows, visit limits and parties. */
export function sessionRules(from: number): PackRules {
  const at = (hours: number): Date => new Date(from + hours * hour);
  return {
    entry: 'after-exit',
    zoneDoors: { stand: [door, 'south'], gallery: ['south'] },
    windows: [
      { from: at(10), until: at(22) },
      { from: at(34), until: at(46) },
      { from: at(58), until: at(70) },
      { category: 'evening', from: at(18), until: at(22) },
      { category: 'evening', from: at(42), until: at(46) },
      { category: 'always', from: at(0), until: at(72) },
    ],
    visitLimits: [
      { visits: 2, days: 1 },
      { visits: 3, days: 3 },
    ],
    partyWithinSeconds: 1800,
  };
}

interface Role {
  readonly name: string;
  readonly kind?: CardKindName;
  readonly refusedAs?: VerdictName;
  readonly lost?: boolean;
  readonly record?: Omit<EntryRecord, 'ticket'> & { readonly ticket?: string };
  /** The card that this one replaces. */
  readonly renews?: string;
}

/** Two hundred cards of all that come to a door. */
function roles(from: number): Role[] {
  const random = new Seeded(200);
  const many = (count: number, role: (index: number) => Role[]): Role[] =>
    Array.from({ length: count }, (_, index) => role(index)).flat();
  const party = (id: string, size: number, role: EntryParty['role']): { party: EntryParty } => ({
    party: { id, size, role },
  });
  const plain = many(87, (index) => [
    {
      name: `plain ${index}`,
      record: {
        category: random.one(['S', 'S', 'always', 'always', 'evening']),
        ...(random.happens(20) ? { zone: 'stand' } : {}),
        ...(random.happens(10) ? { admits: 2 + random.below(3) } : {}),
      },
    },
  ]);
  return [
    ...plain,
    ...many(10, (index) => [{ name: `other door ${index}`, record: { category: 'S', doors: ['west'] } }]),
    ...many(6, (index) => [{ name: `gallery ${index}`, record: { category: 'always', zone: 'gallery' } }]),
    ...many(6, (index) => [
      {
        name: `own window ${index}`,
        record: {
          category: 'always',
          window: { from: new Date(from + 12 * hour), until: new Date(from + 24 * hour) },
        },
      },
    ]),
    ...many(9, (index) => {
      const of = (role: EntryParty['role']) => ({ category: 'always', ...party(`p${index}`, 3, role) });
      return [
        { name: `leads ${index}`, record: of('representative') },
        { name: `follows ${index}`, record: of('companion') },
        { name: `follows too ${index}`, record: of('companion') },
      ];
    }),
    ...many(6, (index) => {
      const of = (role: EntryParty['role']) => ({ category: 'always', ...party(`f${index}`, 2, role) });
      return [
        { name: `mother ${index}`, record: of('representative') },
        { name: `child ${index}`, kind: 'child', record: { ...of('companion'), flags: ['needs-adult'] } },
      ];
    }),
    ...many(2, (index) => [
      { name: `child alone ${index}`, kind: 'child', record: { category: 'always', flags: ['needs-adult'] } },
    ]),
    // One ticket on a card and a phone.
    ...many(6, (index) => [
      { name: `card of ${index}`, record: { category: 'always', ticket: `TWO-${index}` } },
      { name: `phone of ${index}`, kind: 'iphone', record: { category: 'always', ticket: `TWO-${index}` } },
    ]),
    // Renewed: both certificates bound, the old one lost, the new one not bound yet.
    ...many(3, (index) => [
      { name: `before ${index}`, record: { category: 'always', ticket: `RENEWED-${index}` } },
      {
        name: `after ${index}`,
        renews: `before ${index}`,
        record: { category: 'always', ticket: `RENEWED-${index}` },
      },
    ]),
    ...many(3, (index) => [
      { name: `replaced ${index}`, lost: true },
      { name: `replacing ${index}`, renews: `replaced ${index}`, record: { category: 'always' } },
    ]),
    ...many(2, (index) => [
      { name: `bound ${index}`, record: { category: 'always' } },
      { name: `not bound yet ${index}`, renews: `bound ${index}` },
    ]),
    ...many(6, (index) => [{ name: `lost ${index}`, lost: true }]),
    ...many(5, (index) => [{ name: `no ticket ${index}` }]),
    ...many(3, (index) => [
      { name: `expired ${index}`, kind: 'expired', refusedAs: 'expired', record: { category: 'S' } },
    ]),
    ...many(3, (index) => [
      { name: `stranger ${index}`, kind: 'unknown-issuer', refusedAs: 'unknown-issuer' },
    ]),
    ...many(3, (index) => [
      { name: `clone ${index}`, kind: 'cloned', refusedAs: 'not-genuine', record: { category: 'S' } },
    ]),
    { name: 'foreign', kind: 'foreign', refusedAs: 'not-a-my-number-card' },
    { name: 'another foreign', kind: 'foreign', refusedAs: 'not-a-my-number-card' },
  ];
}

/** Issues the session's cards. */
export async function issueCast(authority: Authority, from: number): Promise<Player[]> {
  const wanted = roles(from);
  // A gate tells cards by their certificates, so a few keys do for all; 200 would take half a minute.
  const keys = await Promise.all(Array.from({ length: 8 }, () => makeKey('rsa2048')));
  const terminalRoot = authority.terminalRoot('jpki-rsa');
  const players = new Map<string, Player>();
  for (const [index, role] of wanted.entries()) {
    const { name, kind = 'ordinary', refusedAs, lost = false } = role;
    const before = role.renews === undefined ? undefined : players.get(role.renews)?.visitor.person;
    const privateKey = new Seeded(index).one(keys);
    const options = { label: name, privateKey, ...cardKinds[kind].holder, withoutSignature: true };
    const person = before === undefined ? authority.issuePerson(options) : authority.renew(before, options);
    const ticket = `T-${String(index + 1).padStart(4, '0')}`;
    const record = role.record === undefined ? {} : { record: { ticket, ...role.record } };
    const visitor: Visitor = {
      label: name,
      // The sandbox writes of a revoked card its hash alone.
      kind: lost ? 'revoked' : kind,
      person,
      ...record,
      expected: refusedAs ?? 'admitted',
      card: cardKinds[kind].make({ holder: person, terminalRoot }),
    };
    const known: ModelCard = {
      name,
      lost,
      ...(refusedAs === undefined ? {} : { refusedAs }),
      ...record,
    };
    players.set(name, { visitor, known });
  }
  return [...players.values()];
}
