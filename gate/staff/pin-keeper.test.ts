import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PinKeeper } from './pin-keeper.ts';
import { StaffSessions } from './sessions.ts';

let state: string;
let now = 0;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'kazasu-pins-'));
  now = 1_000_000;
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

const keeper = () => new PinKeeper(state, () => now);
const pin = 'raku-7315';

async function guessWrong(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await expect(keeper().check('staff', `wrong-${count}`)).rejects.toMatchObject({ code: 'wrong-pin' });
  }
}

describe('a gate’s PINs', () => {
  it('open nothing until one is set', async () => {
    await expect(keeper().check('staff', '')).rejects.toMatchObject({ code: 'no-pin' });
    await expect(keeper().check('supervisor', pin)).rejects.toMatchObject({ code: 'no-pin' });
  });

  it('open their own role alone', async () => {
    await keeper().set('staff', pin);
    await keeper().set('supervisor', 'kazaguruma-88');
    await expect(keeper().check('staff', pin)).resolves.toBe(keeper().nameOf('staff'));
    await expect(keeper().check('supervisor', pin)).rejects.toMatchObject({ code: 'wrong-pin' });
  });

  it.each(['', '12345', '111111', '123456', '987654', 'x'.repeat(65), 'with space', 'かざす七三一五'])(
    'refuse to be %j',
    async (weak) => {
      await expect(keeper().set('staff', weak)).rejects.toMatchObject({ code: 'weak-pin' });
    },
  );

  it('lie in a file that only the gate reads, and not as they are typed', async () => {
    await keeper().set('staff', pin);
    const file = join(state, 'staff-pins.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(pin);
  });

  it('lock after five wrong guesses, the right one included, and over a restart', async () => {
    await keeper().set('staff', pin);
    await guessWrong(5);
    await expect(keeper().check('staff', pin)).rejects.toMatchObject({ code: 'locked' });
    now += 60_000;
    await expect(keeper().check('staff', pin)).resolves.toBeTypeOf('string');
  });

  it('start to count anew after the right one', async () => {
    await keeper().set('staff', pin);
    await guessWrong(4);
    await keeper().check('staff', pin);
    await guessWrong(4);
    await expect(keeper().check('staff', pin)).resolves.toBeTypeOf('string');
  });

  it('count guesses made at once one after the other', async () => {
    await keeper().set('staff', pin);
    const one = keeper();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => one.check('staff', 'wrong-guess')));
    const codes = all.map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : '',
    );
    expect(codes).toEqual([...Array<string>(5).fill('wrong-pin'), ...Array<string>(3).fill('locked')]);
  });

  it('open nothing where their file is damaged', async () => {
    await keeper().set('staff', pin);
    writeFileSync(join(state, 'staff-pins.json'), '{"staff":');
    await expect(keeper().check('staff', pin)).rejects.toMatchObject({ code: 'damaged' });
  });
});

describe('a signed-in session', () => {
  const open = async (role: 'staff' | 'supervisor') => {
    await keeper().set(role, pin);
    const sessions = new StaffSessions(keeper(), () => now);
    return { sessions, token: await sessions.open(role, pin) };
  };

  it('may do what its role may', async () => {
    const { sessions, token } = await open('supervisor');
    expect(sessions.check(token, 'staff')).toBe('supervisor');
    const staff = await open('staff');
    expect(() => staff.sessions.check(staff.token, 'supervisor')).toThrow('supervisor');
  });

  it.each([
    ['nothing', undefined],
    ['a guess', 'A'.repeat(43)],
    ['too little', ''],
  ])('is not opened by %s', async (_, token) => {
    const { sessions } = await open('staff');
    expect(() => sessions.check(token, 'staff')).toThrow('Sign in');
  });

  it('ends after a shift', async () => {
    const { sessions, token } = await open('staff');
    now += 12 * 60 * 60_000;
    expect(() => sessions.check(token, 'staff')).toThrow('Sign in');
  });

  it('ends when it is signed out of', async () => {
    const { sessions, token } = await open('staff');
    sessions.close(token);
    expect(() => sessions.check(token, 'staff')).toThrow('Sign in');
  });

  it('ends with the PIN that it was opened by', async () => {
    const { sessions, token } = await open('staff');
    await keeper().set('staff', 'another-73');
    expect(() => sessions.check(token, 'staff')).toThrow('Sign in');
  });
});
