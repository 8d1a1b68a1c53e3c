import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { tableAsCsv, ticketsAsCsv } from './csv.ts';
import { ticketTable, type ExportedTicket, type Tickets } from './exported-ticket.ts';
import { tableAsXlsx, ticketsAsXlsx } from './xlsx.ts';

const bound = new Date('2026-11-20T15:30:05Z');
const sample: ExportedTicket[] = [
  { ticket: 'K26-000001', seat: '1階 A列 12番', zone: 'アリーナ', category: 'S席', boundAt: bound },
  { ticket: 'K26-000002', seat: '髙﨑 𠮷 👨‍👩‍👧 が゙', category: '車椅子' },
];
const headings = ['チケット番号', '席', 'ゾーン', '券種', 'カード登録', '登録日時（日本時間）'];
const dangerous = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1＋1', '=HYPERLINK("http://x","y")'];

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function csv(tickets: Tickets): Promise<Buffer> {
  return bytesOf(ticketsAsCsv(tickets, { language: 'ja' }));
}

function xlsx(tickets: Tickets): Promise<Buffer> {
  return bytesOf(ticketsAsXlsx(tickets, { language: 'ja' }));
}

/** RFC 4180 to the letter: quoted cells, CRLF after every row, the mark before the first. */
function parseCsv(bytes: Buffer): string[][] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  expect(text.startsWith('\uFEFF')).toBe(true);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 1;
  while (at < text.length) {
    expect(text[at]).toBe('"');
    let cell = '';
    for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
      if (text[at] === '"') at += 1;
      cell += text[at] ?? '';
    }
    row.push(cell);
    at += 1;
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  expect(row).toEqual([]);
  return rows;
}

/** The parts of a zip by its central directory. */
function partsOf(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const parts = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength, extra, comment] = [
      zip.readUInt32LE(at + 20),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString();
    parts.set(name, inflateRawSync(zip.subarray(data, data + size)).toString());
    at += 46 + nameLength + extra + comment;
  }
  return parts;
}

describe('the CSV export', () => {
  it('has a row for each ticket, with Japanese text whole', async () => {
    expect(parseCsv(await csv(sample))).toEqual([
      headings,
      ['K26-000001', '1階 A列 12番', 'アリーナ', 'S席', '済', '2026-11-21 00:30:05'],
      ['K26-000002', '髙﨑 𠮷 👨‍👩‍👧 が゙', '', '車椅子', '未', ''],
    ]);
  });

  it('lets no cell begin as a formula', async () => {
    const rows = parseCsv(await csv(dangerous.map((text) => ({ ticket: text, seat: text, category: text }))));
    for (const [at, text] of dangerous.entries()) {
      expect(rows[at + 1]?.slice(0, 4)).toEqual([`'${text}`, `'${text}`, '', `'${text}`]);
    }
  });

  it('is read back by a strict reader, whatever the texts', async () => {
    const text = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ ticket: text, seat: text, category: text })), async (tickets) => {
        const [, ...rows] = parseCsv(await csv(tickets));
        expect(rows).toHaveLength(tickets.length);
        for (const [at, row] of rows.entries()) {
          const { ticket = '', seat = '' } = tickets[at] ?? {};
          expect([
            row[0]?.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, ''),
            row[1]?.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, ''),
          ]).toEqual([ticket, seat]);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the XLSX export', () => {
  it('is read by another library, with Japanese text whole', async () => {
    const rows = await readSheet(await xlsx(sample));
    expect(rows).toEqual([
      headings,
      ['K26-000001', '1階 A列 12番', 'アリーナ', 'S席', '済', '2026-11-21 00:30:05'],
      ['K26-000002', '髙﨑 𠮷 👨‍👩‍👧 が゙', null, '車椅子', '未', null],
    ]);
  });

  it('types every cell as text, so that none is a formula', async () => {
    const file = await xlsx(dangerous.map((text) => ({ ticket: text, category: 'S' })));
    const sheet = partsOf(file).get('xl/worksheets/sheet1.xml') ?? '';
    expect(sheet).not.toContain('<f');
    expect([...sheet.matchAll(/<c /g)]).toHaveLength([...sheet.matchAll(/ t="inlineStr">/g)].length);
    const rows = await readSheet(file);
    expect(rows[1]?.[0]).toBe('=1+1');
    expect(rows[4]?.[0]).toBe('@SUM(A1)');
  });

  it('holds text that XML cannot, and text that looks like markup', async () => {
    const file = await xlsx([{ ticket: '<b>&amp;"\u0001\ud800_x0041_', category: 'a\nb' }]);
    const sheet = partsOf(file).get('xl/worksheets/sheet1.xml') ?? '';
    expect(sheet).toContain('&lt;b&gt;&amp;amp;"_x0001_\ufffd_x005F_x0041_</t>');
    expect(sheet).toContain('>a\nb</t>');
  });

  it('goes on a second sheet when the first is full', async () => {
    const tickets = Array.from({ length: 5 }, (_, number) => ({ ticket: `K-${number}`, category: 'S' }));
    const file = await bytesOf(tableAsXlsx(ticketTable(tickets, 'en'), undefined, 3));
    expect((await readSheet(file, 1)).map(([first]) => first)).toEqual(['Ticket', 'K-0', 'K-1', 'K-2']);
    expect((await readSheet(file, 2)).map(([first]) => first)).toEqual(['Ticket', 'K-3', 'K-4']);
  });

  it('has headings alone where there is no ticket', async () => {
    expect(await readSheet(await xlsx([]))).toEqual([headings]);
  });

  it('is the same bytes for the same tickets', async () => {
    expect(await xlsx(sample)).toEqual(await xlsx(sample));
  });
});

describe('either export', () => {
  const table = {
    name: '集計 <&>',
    columns: [
      { heading: 'door', width: 10 },
      { heading: 'entries', width: 8 },
    ],
    rows: [
      ['north', 12],
      ['=2', -3],
    ],
  };

  it('lets numbers be numbers, beside texts that are none', async () => {
    const lines = (await bytesOf(tableAsCsv(table))).toString();
    expect(lines).toBe('\uFEFF"door","entries"\r\n"north",12\r\n"\'=2",-3\r\n');
    const file = await bytesOf(tableAsXlsx(table));
    expect(await readSheet(file)).toEqual([['door', 'entries'], ...table.rows]);
    expect(partsOf(file).get('xl/workbook.xml')).toContain('<sheet name="集計 &lt;&amp;&gt;"');
  });

  it.each([
    ['CSV', ticketsAsCsv],
    ['XLSX', ticketsAsXlsx],
  ])('comes in chunks and says how far it is: %s', async (_, write) => {
    async function* many() {
      for (let number = 0; number < 2500; number += 1) {
        yield await Promise.resolve({ ticket: `K-${number}`, category: 'S' });
      }
    }
    const told: number[] = [];
    let chunks = 0;
    for await (const chunk of write(many(), { language: 'en', onProgress: (done) => told.push(done) })) {
      chunks += chunk.length > 0 ? 1 : 0;
    }
    expect(told).toEqual([1000, 2000, 2500]);
    expect(chunks).toBeGreaterThan(1);
  });
});
