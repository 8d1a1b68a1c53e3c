// `kazasu-gate card show`, on a real pcscd.
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cardKinds, type CardKindName } from '../card/kinds.ts';
import { runGateCommand, type Ran } from '../world/run-gate-command.ts';
import { PcscLane } from './pcsc-lane.ts';

let lane: PcscLane;

beforeAll(async () => {
  lane = await PcscLane.open(1, 3);
});

afterAll(async () => {
  await lane.close();
});

afterEach(async () => {
  await lane.pcscd.remove(0);
});

function run(...argv: string[]): Promise<Ran> {
  return runGateCommand(['card', 'show', ...argv], { PCSCLITE_CSOCK_NAME: lane.pcscd.socket });
}

async function show(kind: CardKindName, ...argv: string[]): Promise<Ran> {
  await lane.pcscd.insert(0, lane.sandbox.card(cardKinds[kind]));
  return run(...argv);
}

describe('card show', () => {
  it.each<[CardKindName, object]>([
    ['ordinary', { kind: 'card', certificates: { signature: true, authentication: true } }],
    ['child', { kind: 'card', certificates: { signature: false, authentication: true } }],
    ['android', { kind: 'android' }],
    ['iphone', { kind: 'iphone' }],
    ['plain-forms', { kind: 'card' }],
  ])('says for machines what kind of card is there: %s', async (kind, said) => {
    const { status, out } = await show(kind, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...said,
      reader: lane.pcscd.readerNames[0],
      authentication: { key: 'rsa' },
    });
  });

  it('says whose key the certificate is by, and how long it is valid', async () => {
    const { out } = await show('ordinary', '--json');
    const { authentication } = JSON.parse(out) as { authentication: Record<string, string> };
    const root = lane.sandbox.authority.root('authentication', 2023);
    expect(authentication['authorityKeyId']).toBe(Buffer.from(root.keyId).toString('hex'));
    expect(authentication['issuer']).toContain('JPKI');
    expect(Date.parse(authentication['notAfter'] ?? '')).toBeGreaterThan(Date.now());
  });

  it('says of an old card that it has no authentication certificate', async () => {
    const { status, out } = await show('old-resident-card', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual({
      reader: lane.pcscd.readerNames[0],
      kind: 'old-card',
      certificates: { signature: true, authentication: false },
    });
  });

  it('reads the next generation too', async () => {
    const { out } = await show('next-generation', '--json', '--profile', 'eac-p384');
    expect(JSON.parse(out)).toMatchObject({ kind: 'card', authentication: { key: 'p384' } });
  });

  it('tells people the same, and nobody whose card it is', async () => {
    const { out, err } = await show('ordinary');
    expect(out).toContain('My Number Card');
    const { certificate, serial } = lane.sandbox.holder(cardKinds.ordinary).authentication;
    const subject = new X509Certificate(Buffer.from(certificate)).subject.match(/^CN=(.{8,})$/m)?.[1];
    if (subject === undefined) throw new Error('The sandbox names its people otherwise.');
    const secrets = [
      Buffer.from(serial).toString('hex'),
      BigInt(`0x${Buffer.from(serial).toString('hex')}`).toString(),
      subject,
    ];
    for (const secret of secrets) expect(`${out}${err}`.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  it('refuses another card with its reason', async () => {
    const { status, out } = await show('foreign', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: 'not-a-my-number-card' });
  });

  it('waits for a card no longer than it was told', async () => {
    const { status, out } = await run('--json', '--wait', '0.5');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: 'no-card' });
  });

  it('says that the reader is not there', async () => {
    const { status, out } = await run('--json', '--wait', '0.5', '--reader', 'elsewhere');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: 'reader-away' });
  });

  it.each([['--wait', 'long'], ['--wait', '0'], ['--colour']])(
    'refuses wrong use: %s %s',
    async (...argv) => {
      expect((await run(...argv)).status).toBe(2);
    },
  );
});
