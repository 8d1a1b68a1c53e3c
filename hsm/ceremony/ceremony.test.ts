import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Approvers } from './approvers.ts';
import { CeremonyError } from './ceremony-error.ts';
import { appendEntry, CEREMONY_LOG, parseCeremonyLog, readCeremonyLog } from './ceremony-log.ts';
import { perform, type Act, type Approval, type ApprovalRule } from './ceremony.ts';
import { sheetOf } from './sheet.ts';

const at = '2027-04-01T00:00:00.000Z';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-ceremony-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function act(name: string, rule: ApprovalRule = 'nobody', work: () => void = () => undefined): Act<string> {
  return {
    act: name,
    detail: { gate: 'north-1' },
    rule,
    work: () => {
      work();
      return Promise.resolve({ result: 'result' });
    },
  };
}

function approval(name: string, pin: string): Approval {
  return { name, pin: () => Promise.resolve(pin) };
}

async function enrol(...people: (readonly [string, string])[]): Promise<void> {
  for (const [name, pin] of people)
    await perform(
      { folder, approvals: [] },
      {
        act: 'ceremony approver',
        detail: { approver: name },
        rule: 'two-if-enrolled',
        work: async () => {
          const before = await Approvers.open(folder, await readCeremonyLog(folder));
          return { detail: await (await before.with(name, pin)).save(folder), result: undefined };
        },
      },
    );
}

describe('the ceremony log', () => {
  it('holds every act, done or failed, each line bound to the one before', async () => {
    await perform({ folder, approvals: [] }, act('first'));
    const failing = act('second', 'nobody', () => {
      throw new CeremonyError('malformed', 'It fails.');
    });
    await expect(perform({ folder, approvals: [] }, failing)).rejects.toMatchObject({ code: 'malformed' });
    await perform({ folder, approvals: [] }, act('third'));
    const { entries } = await readCeremonyLog(folder);
    expect(entries.map(({ act: name, outcome, code }) => [name, outcome, code])).toEqual([
      ['first', 'done', undefined],
      ['second', 'failed', 'malformed'],
      ['third', 'done', undefined],
    ]);
  });

  it('shows that any byte of any line but the last was changed', async () => {
    for (const name of ['first', 'second', 'third']) await perform({ folder, approvals: [] }, act(name));
    const text = readFileSync(join(folder, CEREMONY_LOG), 'latin1');
    const lastLine = text.lastIndexOf('\n', text.length - 2) + 1;
    for (let index = 0; index < lastLine; index += 1) {
      const changed =
        text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ 1) + text.slice(index + 1);
      expect(() => parseCeremonyLog(changed)).toThrow(CeremonyError);
    }
  });

  it('shows by its last hash that the last line was changed or taken away', async () => {
    for (const name of ['first', 'second']) await perform({ folder, approvals: [] }, act(name));
    const { head } = await readCeremonyLog(folder);
    const text = readFileSync(join(folder, CEREMONY_LOG), 'utf8');
    expect(parseCeremonyLog(text.replace('second', 'Second')).head).not.toBe(head);
    expect(parseCeremonyLog(text.slice(0, text.indexOf('\n') + 1)).head).not.toBe(head);
  });

  it('shows that a line was left out', async () => {
    for (const name of ['first', 'second', 'third']) await perform({ folder, approvals: [] }, act(name));
    const lines = readFileSync(join(folder, CEREMONY_LOG), 'utf8').split('\n');
    expect(() => parseCeremonyLog([lines[0], lines[2], ''].join('\n'))).toThrow(CeremonyError);
  });

  it('goes on after a line that was cut off, and says so', async () => {
    await perform({ folder, approvals: [] }, act('first'));
    appendFileSync(join(folder, CEREMONY_LOG), '{"seq":1,"at"');
    await perform({ folder, approvals: [] }, act('second'));
    const { entries, cut } = await readCeremonyLog(folder);
    expect(entries.map(({ act: name }) => name)).toEqual(['first', 'second']);
    expect(entries[1]?.detail['cutOffBefore']).toBe(13);
    expect(cut).toBe(0);
  });

  it('lets nothing be done while it is broken', async () => {
    writeFileSync(join(folder, CEREMONY_LOG), 'not an entry\n');
    let done = false;
    const never = act('first', 'nobody', () => {
      done = true;
    });
    await expect(perform({ folder, approvals: [] }, never)).rejects.toMatchObject({ code: 'log-broken' });
    expect(done).toBe(false);
  });

  it('takes any text for a log or refuses it with our own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseCeremonyLog(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CeremonyError);
        }
      }),
    );
  });

  it('is printed with each act, who approved, the last hash and room to sign', async () => {
    const entry = {
      at,
      act: 'terminal-key destroy',
      user: 'root',
      detail: { id: 'abcd' },
      outcome: 'done',
    } as const;
    await appendEntry(folder, { ...entry, approvedBy: ['Aoki', 'Baba'] });
    const log = await readCeremonyLog(folder);
    const sheet = sheetOf(log);
    expect(sheet).toContain('terminal-key destroy: done');
    expect(sheet).toContain('approved by Aoki and Baba');
    expect(sheet).toContain('id: abcd');
    expect(sheet.replaceAll(' ', '')).toContain(log.head);
    expect(sheet).toContain('Signature ____');
  });
});

describe('two persons', () => {
  const aoki = ['Aoki', 'pin-of-aoki'] as const;
  const baba = ['Baba', 'pin-of-baba'] as const;

  it('approve together what neither may do alone', async () => {
    await enrol(aoki, baba);
    const alone = perform({ folder, approvals: [approval(...aoki)] }, act('destroy', 'two-if-enrolled'));
    await expect(alone).rejects.toMatchObject({ code: 'approval-missing' });
    const twice = perform(
      { folder, approvals: [approval(...aoki), approval(...aoki)] },
      act('destroy', 'two-if-enrolled'),
    );
    await expect(twice).rejects.toMatchObject({ code: 'approval-missing' });
    const both = { folder, approvals: [approval(...aoki), approval(...baba)] };
    expect(await perform(both, act('destroy', 'two-if-enrolled'))).toBe('result');
    expect((await readCeremonyLog(folder)).entries.at(-1)?.approvedBy).toEqual(['Aoki', 'Baba']);
  });

  it('each need their own PIN, and nothing is done with a wrong one', async () => {
    await enrol(aoki, baba);
    let done = false;
    const destroy = act('destroy', 'two', () => {
      done = true;
    });
    const wrong = { folder, approvals: [approval(...aoki), approval('Baba', 'pin-of-aoki')] };
    await expect(perform(wrong, destroy)).rejects.toMatchObject({ code: 'approval-refused' });
    const unknown = { folder, approvals: [approval(...aoki), approval('Chiba', 'pin-of-chiba')] };
    await expect(perform(unknown, destroy)).rejects.toMatchObject({ code: 'approver-unknown' });
    expect(done).toBe(false);
  });

  it('are always needed for shared keys, also where none is enrolled', async () => {
    const share = perform({ folder, approvals: [] }, act('terminal-key share', 'two'));
    await expect(share).rejects.toMatchObject({ code: 'approval-missing' });
  });

  it('must approve a third', async () => {
    await enrol(aoki, baba);
    await expect(enrol(['Chiba', 'pin-of-chiba'])).rejects.toMatchObject({ code: 'approval-missing' });
  });

  it('are not got rid of by changing or removing their file', async () => {
    await enrol(aoki, baba);
    const file = join(folder, 'approvers.json');
    const destroy = act('destroy', 'two-if-enrolled');
    writeFileSync(file, readFileSync(file, 'utf8').replace('Baba', 'Boba'));
    await expect(perform({ folder, approvals: [] }, destroy)).rejects.toMatchObject({
      code: 'approvers-changed',
    });
    rmSync(file);
    await expect(perform({ folder, approvals: [] }, destroy)).rejects.toMatchObject({
      code: 'approvers-changed',
    });
  });

  it('are not in their file with their PINs', async () => {
    await enrol(aoki, baba);
    expect(readFileSync(join(folder, 'approvers.json'), 'utf8')).not.toContain('pin-of');
    expect(readFileSync(join(folder, CEREMONY_LOG), 'utf8')).not.toContain('pin-of');
  });

  it('have PINs that are not short, and names that are not taken', async () => {
    await expect(enrol(['Aoki', 'short'])).rejects.toMatchObject({ code: 'malformed' });
    await enrol(aoki);
    await expect(enrol(aoki)).rejects.toMatchObject({ code: 'approver-exists' });
  });
});
