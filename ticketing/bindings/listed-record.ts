import { z } from 'zod';
import { entryFlags, type EntryFlag, type EntryParty, type EntryRecord } from '../entry-list/entry-record.ts';
import type { PartyToList, TicketToList } from './tickets-to-list.ts';

/** As many bytes as a record's text may have. */
const mostTextBytes = 240;
const texts = z.array(z.string());

/** Whether a ticket has a record of its own. */
export function isListed(ticket: TicketToList, party: PartyToList | undefined): boolean {
  return party?.companions !== 'representative-opens' || party.tickets[0]?.id === ticket.id;
}

/** What an entry list says of a ticket, its cards aside. */
export function recordOf(ticket: TicketToList, party: PartyToList | undefined): EntryRecord {
  const opensFor = party?.companions === 'representative-opens' ? party.tickets : [ticket];
  const seat = seatsInWords(opensFor.flatMap(({ label }) => label ?? []));
  const admits = Math.max(ticket.admits, opensFor.length);
  const flags = flagsOf(opensFor);
  const doors = ticket.doors === null ? [] : texts.parse(JSON.parse(ticket.doors));
  const partyOfRecord = party === undefined ? undefined : entryPartyOf(ticket, party);
  return {
    ticket: ticket.number,
    ...(seat === '' ? {} : { seat }),
    ...(ticket.zone === null ? {} : { zone: ticket.zone }),
    category: ticket.category,
    ...(doors.length === 0 ? {} : { doors }),
    ...(partyOfRecord === undefined ? {} : { party: partyOfRecord }),
    ...(admits > 1 ? { admits } : {}),
    ...(flags.length === 0 ? {} : { flags }),
  };
}

/**
 * The party as the gate knows it. Those who enter together wait for the representative, so all of them are
 * in it. Those who come with cards of their own wait for nobody; where a child among them needs an adult,
 * the adults are in it as such, so that any of them will do.
 */
function entryPartyOf(ticket: TicketToList, party: PartyToList): EntryParty | undefined {
  const { number: id, companions, tickets } = party;
  const size = tickets.length;
  if (size < 2 || companions === 'representative-opens') return undefined;
  if (companions === 'enter-together') {
    return { id, size, role: tickets[0]?.id === ticket.id ? 'representative' : 'companion' };
  }
  if (!tickets.some(needsAdult)) return undefined;
  return { id, size, role: needsAdult(ticket) ? 'companion' : 'representative' };
}

function needsAdult(ticket: TicketToList): boolean {
  return flagsOf([ticket]).includes('needs-adult');
}

/** Of ticket and seat, those that a gate knows; a seat map may have more. */
function flagsOf(tickets: readonly TicketToList[]): EntryFlag[] {
  const all = tickets.flatMap(({ flags, seatFlags }) => [...parsed(flags), ...parsed(seatFlags)]);
  return entryFlags.filter((flag) => all.includes(flag));
}

function parsed(json: string | null): string[] {
  return json === null ? [] : texts.parse(JSON.parse(json));
}

/** All of a party's seats, or as many as a record has room for and how many there are beside them. */
function seatsInWords(labels: readonly string[]): string {
  for (let shown = labels.length; shown > 0; shown -= 1) {
    const rest = labels.length - shown;
    const words = labels.slice(0, shown).join(', ') + (rest === 0 ? '' : ` +${rest}`);
    if (Buffer.byteLength(words) <= mostTextBytes) return words;
  }
  return '';
}
