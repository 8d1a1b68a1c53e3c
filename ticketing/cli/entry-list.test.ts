import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeEventKey } from '../../hsm/keys/event-keys.ts';
import type { EventKey } from '../../hsm/keys/event-key.ts';
import { encodeRecipient } from '../../hsm/keys/recipient.ts';
import { makeSigner } from '../../hsm/keys/signer-key.ts';
import { describeTransportKey, makeTransportKey } from '../../hsm/keys/transport-key.ts';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { verifyKey, type VerifyKey } from '../../hsm/seal/seal.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { writeRoot } from '../../test/authority/certificates.ts';
import { makeTokenBed, TEST_PIN, type TokenBed } from '../../test/token/modules.ts';
import { openPack } from '../entry-list/open-pack.ts';
import { addEntryListCommands } from './entry-list.ts';

const session = {
  event: 'spring-2027',
  session: 'first night',
  startsAt: '2027-04-03T18:00:00+09:00',
  validFrom: '2027-04-01T00:00:00+09:00',
  validUntil: '2027-04-04T00:00:00+09:00',
  texts: { event: { ja: '春の音楽会', en: 'Spring concert' }, session: { ja: '初日', en: 'First night' } },
  rules: {
    entry: 'never-again',
    windows: [{ from: '2027-04-03T16:00:00+09:00', until: '2027-04-03T19:00:00+09:00' }],
  },
};

let folder: string;
let bed: TokenBed;
let ticketing: Token;
let listKey: VerifyKey;
let eventKey: EventKey;
const card = { issuer: Uint8Array.of(0x30, 0x00), serial: Uint8Array.of(1, 2, 3, 4) };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-export-'));
  bed = makeTokenBed('SoftHSM', ['ticketing', 'gate']);
  ticketing = await openToken(bed.options('ticketing'));
  eventKey = await makeEventKey(ticketing, session.event);
  listKey = verifyKey((await makeSigner(ticketing, 'list-signing')).publicKey);
  const gate = await openToken(bed.options('gate'));
  await makeTransportKey(gate);
  writeFileSync(join(folder, 'gate.json'), encodeRecipient(await describeTransportKey(gate)));
  gate.close();
  writeFileSync(join(folder, 'session.json'), JSON.stringify(session));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const validity = {
    notBefore: new Date('2023-01-01T00:00:00Z'),
    notAfter: new Date('2033-01-01T00:00:00Z'),
  };
  writeFileSync(join(folder, 'root.cer'), writeRoot('authentication', privateKey, validity, 1n));
  vi.stubEnv('KAZASU_PIN', TEST_PIN);
});
afterAll(() => {
  vi.unstubAllEnvs();
  ticketing.close();
  bed.remove();
  rmSync(folder, { recursive: true });
});

let stdout: string;
let stderr: string;
beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== '');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== '');
  return () => {
    vi.restoreAllMocks();
  };
});

async function exportTickets(lines: readonly object[], out: string): Promise<0 | 1 | 2> {
  writeFileSync(join(folder, 'tickets.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const program = createProgram('kazasu-ticketing', 'Test.');
  addEntryListCommands(program);
  const { module, token } = bed.options('ticketing');
  const file = (name: string): string => join(folder, name);
  const files = ['--session', file('session.json'), '--tickets', file('tickets.ndjson')];
  const people = ['--gate', file('gate.json'), '--root', file('root.cer'), '--out', out];
  return runProgram(program, [
    ...['entry-list', 'export', '--json', '--module', module, '--token', token, '--release', '3'],
    ...files,
    ...people,
  ]);
}

describe('exporting an entry list from files', () => {
  it('packs what a gate opens: bound cards, unbound tickets, lost cards, rules', async () => {
    const serialHash = await eventKey.serialHash(card);
    const lost = await eventKey.serialHash({ ...card, serial: Uint8Array.of(9) });
    const out = join(folder, 'session.pack');
    const status = await exportTickets(
      [
        {
          ticket: 'K-0001',
          category: 'S',
          seat: '1階 A列 1番',
          cards: [
            { serialHash: Buffer.from(serialHash).toString('hex'), boundAt: '2027-02-01T12:00:00+09:00' },
          ],
          revoked: [Buffer.from(lost).toString('hex')],
        },
        { ticket: 'K-0002', category: 'A', doors: ['north'], flags: ['needs-adult'] },
      ],
      out,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ event: 'spring-2027', session: 'first night', version: 3 });

    const now = new Date('2027-04-03T08:00:00Z');
    const { list, contents } = openPack(readFileSync(out), { verifyKeys: [listKey], gateGroup: 'main', now });
    expect(list.find(serialHash)).toMatchObject({ ticket: 'K-0001', seat: '1階 A列 1番' });
    expect(list.find(lost)).toBe('revoked');
    expect(list.findTicket(await eventKey.ticketHash('K-0002'))).toMatchObject({
      record: { ticket: 'K-0002', doors: ['north'], flags: ['needs-adult'] },
    });
    expect(contents.rules.windows).toEqual([
      { from: new Date('2027-04-03T07:00:00Z'), until: new Date('2027-04-03T10:00:00Z') },
    ]);
    expect(contents.wrappedKeys).toHaveLength(1);
  });

  it('names the line that is wrong, and writes nothing', async () => {
    const out = join(folder, 'none.pack');
    const status = await exportTickets(
      [
        { ticket: 'K-0001', category: 'S' },
        { ticket: 'K-0002', category: 'S', serial: '0123' },
      ],
      out,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('tickets.ndjson, line 2 is wrong:\n  serial: there is no such field');
    expect(existsSync(out)).toBe(false);
  });

  it('takes a time without its offset for no time at all', async () => {
    const file = join(folder, 'session.json');
    writeFileSync(file, JSON.stringify({ ...session, startsAt: '2027-04-03T18:00:00' }));
    expect(await exportTickets([], join(folder, 'none.pack'))).toBe(1);
    expect(stderr).toContain('startsAt: is no time such as 2027-04-03T18:00:00+09:00');
    writeFileSync(file, JSON.stringify(session));
  });
});

describe('a table of the tickets for people', () => {
  it('says who has bound a card and when, and never a hash', async () => {
    const tickets = join(folder, 'people.ndjson');
    const out = join(folder, 'people.csv');
    const hash = 'ab'.repeat(32);
    const cards = [{ serialHash: hash, boundAt: '2027-02-01T12:00:00+09:00' }];
    writeFileSync(
      tickets,
      `${JSON.stringify({ ticket: 'K-0001', category: 'S', seat: '1階 A列 1番', cards })}\n` +
        `${JSON.stringify({ ticket: 'K-0002', category: '=A1' })}\n`,
    );
    const program = createProgram('kazasu-ticketing', 'Test.');
    addEntryListCommands(program);
    const argv = ['entry-list', 'table', '--tickets', tickets, '--out', out, '--language', 'en', '--json'];
    expect(await runProgram(program, argv)).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ file: out, tickets: 2 });
    const written = readFileSync(out, 'utf8');
    expect(written).toContain('"K-0001","1階 A列 1番","","S","yes","2027-02-01 12:00:00"');
    expect(written).toContain(`"K-0002","","","'=A1","no",""`);
    expect(written).not.toContain(hash);
  });

  it('leaves nothing behind where a line is wrong', async () => {
    const tickets = join(folder, 'wrong.ndjson');
    writeFileSync(tickets, '{"ticket":"K-0001","category":"S"}\n{"ticket":7}\n');
    const program = createProgram('kazasu-ticketing', 'Test.');
    addEntryListCommands(program);
    const out = join(folder, 'wrong.xlsx');
    expect(await runProgram(program, ['entry-list', 'table', '--tickets', tickets, '--out', out])).toBe(1);
    expect(stderr).toContain('line 2 is wrong');
    expect(readdirSync(folder).filter((name) => name.startsWith('wrong.xlsx'))).toEqual([]);
  });

  it('is refused as wrong use where the file says neither CSV nor Excel', async () => {
    const program = createProgram('kazasu-ticketing', 'Test.').configureOutput({ writeErr: () => undefined });
    addEntryListCommands(program);
    const argv = ['entry-list', 'table', '--tickets', 'x', '--out', 'people.pdf'];
    expect(await runProgram(program, argv)).toBe(2);
  });
});
