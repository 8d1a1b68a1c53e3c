import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { addEnrolCommand } from '../../gate/cli/enrol.ts';
import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { keyFingerprint, openTransportKey } from '../../hsm/keys/transport-key.ts';
import { createProgram, runProgram } from '../../hsm/program/program.ts';
import { p256PublicKey } from '../../hsm/seal/p256-signature.ts';
import type { Token } from '../../hsm/token/token.ts';
import { readEnrolment } from '../../ticketing/gate-api/enrolment.ts';
import { clearSigner } from '../entry-list/clear-signer.ts';
import { openWorld, type World } from '../world/world.ts';
import { openCounterpart, type Counterpart } from './ticketing-counterpart.ts';

const folder = mkdtempSync(join(tmpdir(), 'kazasu-enrol-'));
const code = 'MATSU-2345-TAKE';
let world: World;
let tokens: Token[];
let listSigner: Signer;
let gateKeyId: string;
let transport: Uint8Array;
let counterpart: Counterpart;
let runs = 0;

beforeAll(async () => {
  world = await openWorld({ folder: join(folder, 'world'), profile: 'eac-p384', crowd: 1 });
  const [ticketing, gate] = [await world.tokens.open('ticketing'), await world.tokens.open('gate')];
  tokens = [ticketing, gate];
  listSigner = await openSigner(ticketing, 'list-signing');
  gateKeyId = signingKeyId((await openSigner(gate, 'gate-identity')).publicKey);
  transport = (await openTransportKey(gate)).fingerprint;
  process.env['KAZASU_PIN'] = world.tokens.pin('gate');
});
beforeEach(async () => {
  runs += 1;
  counterpart = await openCounterpart({ signer: listSigner, code });
});
afterEach(async () => {
  await counterpart.close();
});
afterAll(() => {
  for (const token of tokens) token.close();
  delete process.env['KAZASU_PIN'];
  rmSync(folder, { recursive: true, force: true });
});

/** A configuration beside the world's own. */
function configWith(change: object): string {
  const file = join(folder, 'world', `gate-${runs}.json`);
  const whole = JSON.parse(readFileSync(world.config, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...whole, ticketing: counterpart.url, door: 'north', ...change }));
  return file;
}

async function run(...argv: string[]): Promise<{ status: number; answer: Record<string, unknown> }> {
  const written: string[] = [];
  const stdout = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  process.exitCode = undefined;
  try {
    const program = createProgram('kazasu-gate', 'The entry terminal.');
    addEnrolCommand(program);
    const status = await runProgram(program, ['--json', 'enrol', ...argv]);
    return { status, answer: JSON.parse(written.join('') || '{}') as Record<string, unknown> };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

describe('kazasu-gate enrol', () => {
  it('makes the gate known by its code, and takes over the service’s key where the gate has none yet', async () => {
    const file = join(folder, 'world', 'keys', `${runs}.pem`);
    const config = configWith({ listKeys: [`keys/${runs}.pem`] });
    const { status, answer } = await run('--config', config, '--code', code);
    expect(answer).toMatchObject({ gate: 'sandbox-1', fingerprint: gateKeyId, differs: [] });
    expect(status).toBe(0);
    expect(counterpart.gates.has(gateKeyId)).toBe(true);
    const listKey = p256PublicKey(listSigner.publicKey);
    const fingerprint = Buffer.from(keyFingerprint(listKey)).toString('hex');
    expect(answer['listKeys']).toEqual([{ fingerprint, file }]);
    expect(readFileSync(file, 'utf8')).toBe(listKey.export({ type: 'spki', format: 'pem' }));
    // Once more: the key is there, and stays.
    expect((await run('--config', config, '--code', code)).answer['listKeys']).toEqual([{ fingerprint }]);
  });

  it('says where the service has it stand otherwise', async () => {
    const config = configWith({ direction: 'out', gateGroup: 'south' });
    const { status, answer } = await run('--config', config, '--code', code);
    expect(status).toBe(0);
    expect(answer['differs']).toEqual([
      '"gateGroup" is south in the configuration, and main at the service',
      '"direction" is out in the configuration, and in at the service',
    ]);
  });

  it('is refused with another code, and where the service signs with a key that is not trusted here', async () => {
    expect(await run('--config', configWith({}), '--code', 'WRONG-CODE-1')).toMatchObject({
      status: 1,
      answer: { error: 'refused' },
    });
    expect(counterpart.gates.size).toBe(0);
    await counterpart.close();
    counterpart = await openCounterpart({ signer: clearSigner(), code });
    expect(await run('--config', configWith({}), '--code', code)).toMatchObject({
      status: 1,
      answer: { error: 'other-keys' },
    });
  });

  it('without a network writes the same request to a file, once', async () => {
    const out = join(folder, 'north-1.enrolment.json');
    const config = configWith({ ticketing: undefined });
    const { status, answer } = await run('--config', config, '--out', out);
    expect(status).toBe(0);
    expect(answer).toMatchObject({ file: out, fingerprint: gateKeyId });
    const request = readEnrolment(readFileSync(out, 'utf8'));
    expect(request).toMatchObject({
      gate: 'sandbox-1',
      transportKey: { hashes: expect.arrayContaining(['sha1']) as string[] },
    });
    expect(signingKeyId(request.identityKey)).toBe(gateKeyId);
    expect(keyFingerprint(request.transportKey.publicKey)).toEqual(transport);
    expect((await run('--config', config, '--out', out)).status).toBe(1);
    expect(await run('--config', config, '--code', code)).toMatchObject({
      answer: { error: 'no-ticketing' },
    });
  });

  it('wants either a code or a file', async () => {
    const config = configWith({});
    expect((await run('--config', config)).status).toBe(2);
    expect((await run('--config', config, '--code', code, '--out', 'x')).status).toBe(2);
    expect((await run('--config', config, '--code', 'no code')).status).toBe(2);
    expect(existsSync('x')).toBe(false);
  });
});
