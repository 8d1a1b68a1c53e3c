import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import type { Authority } from '../authority/authority.ts';
import type { Person } from '../authority/person.ts';
import { cardKinds, type CardKindName } from '../card/kinds.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import type { VerdictName } from '../../gate/decide/verdict.ts';
import type { WorldProfile } from './world.ts';

/** Someone who may come to the gate, with a card and perhaps a ticket. */
export interface Visitor {
  readonly label: string;
  readonly kind: CardKindName;
  readonly person: Person;
  /** What the entry list holds for this card. */
  readonly record?: EntryRecord;
  /** What the gate must say at the first tap. */
  readonly expected: VerdictName;
  /** The card; the same one each time it is taken out. */
  readonly card: VirtualCard;
}

/** Those whom a gate must tell apart, beside the crowd. */
const others: readonly {
  readonly label: string;
  readonly kind: CardKindName;
  readonly expected: VerdictName;
  readonly ticket: boolean;
}[] = [
  { label: 'no ticket', kind: 'ordinary', expected: 'not-on-list', ticket: false },
  { label: 'cloned card', kind: 'cloned', expected: 'not-genuine', ticket: true },
  { label: 'wrongly signing card', kind: 'wrong-signature', expected: 'not-genuine', ticket: true },
  { label: 'altered certificate', kind: 'altered-certificate', expected: 'not-genuine', ticket: true },
  { label: 'child', kind: 'child', expected: 'admitted', ticket: true },
  { label: 'face card', kind: 'face', expected: 'admitted', ticket: true },
  { label: 'Android phone', kind: 'android', expected: 'admitted', ticket: true },
  { label: 'iPhone', kind: 'iphone', expected: 'admitted', ticket: true },
  { label: 'card of plain forms', kind: 'plain-forms', expected: 'admitted', ticket: true },
  {
    label: 'card of plain forms, by length',
    kind: 'plain-forms-by-length',
    expected: 'admitted',
    ticket: true,
  },
  { label: 'slow card', kind: 'slow', expected: 'admitted', ticket: true },
  { label: 'revoked card', kind: 'revoked', expected: 'revoked', ticket: false },
  { label: 'expired card', kind: 'expired', expected: 'expired', ticket: true },
  { label: 'card of an unknown issuer', kind: 'unknown-issuer', expected: 'unknown-issuer', ticket: false },
  { label: 'old resident card', kind: 'old-resident-card', expected: 'no-certificate', ticket: false },
  { label: 'another kind of card', kind: 'foreign', expected: 'not-a-my-number-card', ticket: false },
  { label: 'card held too shortly', kind: 'torn', expected: 'hold-longer', ticket: true },
];

/** Issues cards to the crowd and to the others, or finds those that were issued before. */
export async function issueVisitors(
  authority: Authority,
  { profile, crowd }: { profile: WorldProfile; crowd: number },
): Promise<Visitor[]> {
  const ordinary: CardKindName = {
    'jpki-rsa': 'ordinary',
    'eac-rsa': 'eac-rsa',
    'eac-p384': 'next-generation',
  }[profile] as CardKindName;
  const wanted = [
    ...Array.from({ length: crowd }, (_, index) => ({
      label: `visitor ${index + 1}`,
      kind: ordinary,
      expected: 'admitted' as const,
      ticket: true,
    })),
    ...(profile === 'jpki-rsa' ? others : []),
  ];
  const missing = wanted.filter(({ label }) => authority.personLabelled(label) === undefined);
  await authority.prepareKeys(2 * missing.length, profile === 'eac-p384' ? 'p384' : 'rsa2048');
  return wanted.map(({ label, kind, expected, ticket }, index) => {
    const known = authority.personLabelled(label);
    const person = known ?? authority.issuePerson({ label, ...cardKinds[kind].holder });
    if (known === undefined && kind === 'revoked') {
      authority.revoke(person.authentication.certificate, 'cessationOfOperation');
    }
    const card = cardKinds[kind].make({
      holder: person,
      terminalRoot: authority.terminalRoot(cardKinds[kind].profile),
    });
    const visitor = { label, kind, person, expected, card };
    return ticket ? { ...visitor, record: ticketFor(index) } : visitor;
  });
}

/** A seat for each: rows of ten from 1階 A列 on. */
function ticketFor(index: number): EntryRecord {
  const row = String.fromCharCode('A'.charCodeAt(0) + Math.floor(index / 10));
  return {
    ticket: `K-${String(index + 1).padStart(4, '0')}`,
    seat: `1階 ${row}列 ${(index % 10) + 1}番`,
    category: 'S',
  };
}
