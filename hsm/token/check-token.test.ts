import { afterEach, describe, expect, it } from 'vitest';
import { makeTokenBed, MODULE_KINDS, type ModuleKind, type TokenBed } from '../../test/token/modules.ts';
import { checkToken, requireKept } from './check-token.ts';
import { P11, returnValueOf } from './cryptoki.ts';
import { findKeys } from './find-key.ts';
import { makeRsaKeyPair, makeSecretKey } from './make-key.ts';
import { requireMechanisms, ROLES_OF } from './mechanisms.ts';
import { readOutLeaks } from './read-out.ts';
import { openToken, type Token } from './token.ts';
import { TRIAL_LABEL } from './trial-kinds.ts';

const EVERY_ROLE = [...ROLES_OF.gate, ...ROLES_OF.ticketing, 'terminal-p384', 'shared-terminal'] as const;

let bed: TokenBed | undefined;
let token: Token | undefined;

async function open(kind: ModuleKind, config: readonly string[] = []): Promise<Token> {
  bed = makeTokenBed(kind, ['gate'], config);
  token = await openToken(bed.options('gate'));
  return token;
}

afterEach(() => {
  token?.close();
  bed?.remove();
});

describe('a token that is tried', () => {
  it('is fit where it keeps every kind of key: SoftHSM', async () => {
    const report = await checkToken(await open('SoftHSM'), EVERY_ROLE);
    expect(report.reasons).toEqual([]);
    expect(report.fit).toBe(true);
    expect(new Set(report.trials.map(({ outcome }) => outcome))).toEqual(new Set(['kept']));
    expect(report.trials).toHaveLength(7);
  });

  it('is refused where it wraps what is marked not extractable: NSS softokn', async () => {
    const report = await checkToken(await open('NSS softokn'), EVERY_ROLE);
    expect(report.fit).toBe(false);
    expect(report.mechanisms.filter(({ had }) => !had)).toEqual([]);
    // A key that may leave wrapped is the one kind that it keeps as it should.
    expect(report.trials.filter(({ outcome }) => outcome === 'kept').map(({ kind }) => kind)).toEqual([
      'HMAC key',
    ]);
    for (const reason of report.reasons) expect(reason).toMatch(/it still wraps under|the copy wraps under/);
  });

  it.each([
    ['CKM_RSA_PKCS_OAEP', 'transport'],
    ['CKM_SHA256_HMAC', 'event-at-gate'],
    ['CKM_ECDSA', 'gate-identity'],
    ['CKM_AES_GCM', 'storage'],
  ] as const)('is refused by name where it lacks %s', async (mechanism, role) => {
    // SoftHSM 2.6 passes over the first name after the minus sign.
    const opened = await open('SoftHSM', [`slots.mechanisms = -,${mechanism}`]);
    const report = await checkToken(opened, EVERY_ROLE);
    expect(report.fit).toBe(false);
    expect(report.reasons.some((each) => each.includes(`It lacks ${mechanism} `))).toBe(true);
    await expect(requireMechanisms(opened, role)).rejects.toMatchObject({
      code: 'mechanism-missing',
      message: expect.stringContaining(mechanism) as string,
    });
  });

  it.each(MODULE_KINDS)(
    'holds no trial key afterwards, nor those of a trial that was cut short: %s',
    async (kind) => {
      const opened = await open(kind);
      await makeRsaKeyPair(opened, { label: TRIAL_LABEL, use: 'sign' });
      await checkToken(opened, ROLES_OF.gate);
      for (const each of ['private', 'public', 'secret'] as const)
        expect(await findKeys(opened, each, TRIAL_LABEL)).toEqual([]);
    },
  );

  it('that gives its key away loses it again', async () => {
    const opened = await open('NSS softokn');
    const key = await makeSecretKey(opened, { label: 'worth keeping', use: 'mac' });
    await expect(requireKept(opened, key, false)).rejects.toMatchObject({ code: 'key-readable' });
    expect(await findKeys(opened, 'secret', 'worth keeping')).toEqual([]);
  });
});

describe.each(MODULE_KINDS)('a key in %s', (kind) => {
  it('is not readable, nor can it be made so', async () => {
    const opened = await open(kind);
    const key = await makeRsaKeyPair(opened, { label: 'key', use: 'sign' });
    const leaks = await readOutLeaks(opened, { key, extractable: false });
    expect(leaks.filter(({ how }) => !how.includes('wraps'))).toEqual([]);
  });

  it('that is readable is found out', async () => {
    const opened = await open(kind);
    const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    await opened.atHome(({ cryptoki, session }) => {
      cryptoki.C_CreateObject(session, [
        { type: P11.CKA_CLASS, value: P11.CKO_SECRET_KEY },
        { type: P11.CKA_KEY_TYPE, value: P11.CKK_GENERIC_SECRET },
        { type: P11.CKA_TOKEN, value: false },
        { type: P11.CKA_PRIVATE, value: true },
        { type: P11.CKA_SENSITIVE, value: false },
        { type: P11.CKA_EXTRACTABLE, value: true },
        { type: P11.CKA_LABEL, value: 'open' },
        { type: P11.CKA_ID, value: id },
        { type: P11.CKA_VALUE, value: Buffer.alloc(32, 7) },
      ]);
      return Promise.resolve();
    });
    const key = { kind: 'secret', label: 'open', id: id.toString('hex') } as const;
    const leaks = await readOutLeaks(opened, { key, extractable: false });
    expect(leaks.map(({ how }) => how)).toContain('asked for its parts, it answers CKA_VALUE.');
  });

  it('for transport decrypts nothing: it only unwraps', async () => {
    const opened = await open(kind);
    const transport = await makeRsaKeyPair(opened, { label: 'transport', use: 'unwrap' });
    const refusal = await opened
      .atHome(async ({ cryptoki, session, handleOf }) => {
        cryptoki.C_DecryptInit(session, { mechanism: P11.CKM_RSA_PKCS }, await handleOf(transport));
      })
      .catch((error: unknown) => returnValueOf(error instanceof Error ? error.cause : undefined));
    expect(refusal).toMatch(/^CKR_KEY_(FUNCTION_NOT_PERMITTED|TYPE_INCONSISTENT)$/);
  });
});
