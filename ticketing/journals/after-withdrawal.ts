import { subjectOf } from './double-entries.ts';
import { inTime, type Movement } from './movement.ts';

/** A ticket, or one of its cards, that is not to admit from a moment on. */
export interface Withdrawal {
  readonly ticket: string;
  /** The card's tag in hexadecimal; the whole ticket where left out. */
  readonly tag?: string;
  readonly at: number;
  readonly why: string;
}

/** A version of a gate group's list; what was withdrawn before it was read is not in it. */
export interface IssuedVersion {
  readonly gateGroup: string;
  readonly version: number;
  readonly issuedAt: number;
}

/** An entry by what had been withdrawn, though a list without it had been issued. */
export interface AfterWithdrawal {
  readonly subject: string;
  readonly ticket: string;
  readonly withdrawal: Withdrawal;
  readonly entries: readonly { readonly movement: Movement; readonly issued: IssuedVersion }[];
}

/** Entries after a withdrawal that gates could have known of; one for each ticket. */
export function admittedAfterWithdrawal(
  movements: readonly Movement[],
  withdrawals: readonly Withdrawal[],
  versions: readonly IssuedVersion[],
): AfterWithdrawal[] {
  const byKey = new Map(withdrawals.map((each) => [keyOf(each.ticket, each.tag), each]));
  const found = new Map<
    string,
    AfterWithdrawal & { readonly entries: { movement: Movement; issued: IssuedVersion }[] }
  >();
  for (const movement of movements.toSorted(inTime)) {
    const { ticket, tag, direction, undone } = movement;
    const subject = subjectOf(movement);
    if (ticket === undefined || subject === undefined || undone || direction === 'out') continue;
    const withdrawal =
      byKey.get(keyOf(ticket)) ?? (tag === undefined ? undefined : byKey.get(keyOf(ticket, tag)));
    if (withdrawal === undefined) continue;
    const issued = firstWithout(withdrawal, movement, versions);
    if (issued === undefined) continue;
    const known = found.get(subject) ?? { subject, ticket, withdrawal, entries: [] };
    known.entries.push({ movement, issued });
    found.set(subject, known);
  }
  return [...found.values()];
}

/** The first version of the gate's group that did not have it any more, where it was issued before. */
function firstWithout(
  { at }: Withdrawal,
  movement: Movement,
  versions: readonly IssuedVersion[],
): IssuedVersion | undefined {
  return versions
    .filter(
      ({ gateGroup, issuedAt }) =>
        gateGroup === movement.gateGroup && at < issuedAt && issuedAt <= movement.at,
    )
    .sort((a, b) => a.version - b.version)[0];
}

function keyOf(ticket: string, tag = ''): string {
  return JSON.stringify([ticket, tag]);
}
