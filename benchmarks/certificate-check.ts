import { randomBytes, sign, verify, webcrypto, type KeyObject } from 'node:crypto';
import * as pkijs from 'pkijs';
import { checkCertificate } from '../hsm/certificate/check-certificate.ts';
import { importRoot, type Root } from '../hsm/certificate/root.ts';
import { Authority } from '../test/authority/authority.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const ROUNDS = 15;
const OURS_A_ROUND = 1000;
const THEIRS_A_ROUND = 60;

/** What a gate holds after a tap: the card's certificate, and its signature over the gate's message. */
interface Tap {
  readonly certificate: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** One card's certificate and signature, RSA-2048 as cards have it today, beside pkijs's chain engine. */
export const certificateCheck: Benchmark = {
  id: 'certificate-check',
  title: 'certificate check at the door: chain, and the card’s signature',
  async run(say): Promise<BenchmarkResult> {
    say('issuing a card in the sandbox, its certificate in the shape of the field');
    const authority = await Authority.create();
    const { certificate, privateKey } = authority.issuePerson({ generation: 2023 }).authentication;
    const tap = signedTap(certificate, privateKey);
    const roots = authority.rootCertificates('authentication');
    const ours = oursOver(tap, roots.map(importRoot));
    const theirs = theirsOver(tap, roots);
    say(`${ROUNDS} rounds, kazasu and pkijs by turns, after a warm-up of each`);
    await millisecondsEach(ours, OURS_A_ROUND);
    await millisecondsEach(theirs, THEIRS_A_ROUND);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({
        ours: await millisecondsEach(ours, OURS_A_ROUND),
        theirs: await millisecondsEach(theirs, THEIRS_A_ROUND),
      });
    }
    return resultOf(rounds, certificate.length);
  },
};

function resultOf(rounds: readonly { ours: number; theirs: number }[], bytes: number): BenchmarkResult {
  const ours = spread(rounds.map((round) => round.ours));
  const theirs = spread(rounds.map((round) => round.theirs));
  const ratio = theirs.median / ours.median;
  return {
    id: 'certificate-check',
    value: ours.median,
    unit: 'ms',
    reach: '≤ 0.2 ms; ≥ 10 × faster than pkijs’s chain engine',
    met: ours.median <= 0.2 && ratio >= 10,
    beside: [{ name: 'pkijs CertificateChainValidationEngine', value: theirs.median, ratio }],
    note:
      `Medians of ${rounds.length} rounds in one run; from least to most ${ours.least} to ${ours.most} ms, ` +
      `pkijs ${theirs.least} to ${theirs.most} ms. Each parses the ${bytes}-byte certificate, finds which of ` +
      'four roots of one name signed it, checks the chain, and verifies the card’s signature (RSA-2048). ' +
      'The roots are parsed beforehand for both. What each refuses differs: the rule at the door is stricter.',
    plots: [
      {
        title: 'One certificate check, round by round',
        x: { label: 'round' },
        y: { label: 'ms', log: true },
        series: [
          { name: 'kazasu', points: rounds.map((round, index) => [index + 1, round.ours]) },
          { name: 'pkijs', points: rounds.map((round, index) => [index + 1, round.theirs]) },
        ],
      },
    ],
  };
}

function signedTap(certificate: Uint8Array, privateKey: KeyObject): Tap {
  const message = randomBytes(64);
  return { certificate, message, signature: sign('sha256', message, privateKey) };
}

function oursOver({ certificate, message, signature }: Tap, roots: readonly Root[]) {
  return (): void => {
    const answer = checkCertificate(certificate, { purpose: 'authentication', roots, at: new Date() });
    if (answer.verdict === 'refused') throw new Error(answer.reason);
    if (!verify('sha256', message, answer.certificate.publicKey, signature)) throw new Error('Not signed.');
  };
}

/** The same work as pkijs's own documentation does it. */
function theirsOver({ certificate, message, signature }: Tap, roots: readonly Uint8Array[]) {
  const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto });
  pkijs.setEngine('node', engine);
  const trustedCerts = roots.map((root) => pkijs.Certificate.fromBER(bufferOf(root)));
  return async (): Promise<void> => {
    const user = pkijs.Certificate.fromBER(bufferOf(certificate));
    const chain = new pkijs.CertificateChainValidationEngine({
      trustedCerts,
      certs: [user],
      checkDate: new Date(),
    });
    const { result, resultMessage } = await chain.verify();
    if (!result) throw new Error(resultMessage);
    const key: unknown = await user.getPublicKey();
    const good = await webcrypto.subtle.verify(
      'RSASSA-PKCS1-v1_5',
      key as webcrypto.CryptoKey,
      signature,
      message,
    );
    if (!good) throw new Error('Not signed.');
  };
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

async function millisecondsEach(work: () => unknown, times: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < times; i++) await work();
  return (performance.now() - started) / times;
}

function spread(values: readonly number[]): { median: number; least: string; most: string } {
  const sorted = [...values].sort((a, b) => a - b);
  const [least = 0] = sorted;
  const most = sorted.at(-1) ?? 0;
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { median, least: least.toPrecision(3), most: most.toPrecision(3) };
}
