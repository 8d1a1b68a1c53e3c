import { createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { cardKinds, hostileKinds } from '../../test/card/kinds.ts';
import { tornCard } from '../../test/card/faulty-card.ts';
import { CardSandbox } from '../../test/gate-card/card-sandbox.ts';
import { directCard } from '../../test/gate-card/direct-card.ts';
import type { VirtualCard } from '../../test/card/virtual-card.ts';
import { cardSignatureHolds } from './card-signature.ts';
import { presentCard, type PresentCardOptions, type PresentedCard } from './present-card.ts';
import { loadCardProfile } from './profile.ts';

let sandbox: CardSandbox;
const message = new Uint8Array(randomBytes(60));

beforeAll(async () => {
  sandbox = await CardSandbox.create();
});

function present(
  card: VirtualCard,
  profileName: 'jpki-rsa' | 'eac-rsa' | 'eac-p384' = 'jpki-rsa',
  more: Partial<PresentCardOptions> = {},
): Promise<PresentedCard> {
  const profile = loadCardProfile(profileName);
  return presentCard(directCard(card), {
    profile,
    terminalKey: sandbox.terminalKey(profileName),
    message,
    ...more,
  });
}

describe('a tap on', () => {
  it.each(['ordinary', 'eac-rsa', 'next-generation'] as const)('%s', async (name) => {
    const kind = cardKinds[name];
    const presented = await present(sandbox.card(kind), kind.profile);
    console.log(presented.timings.map((t) => `${t.name} ${t.sent} ${t.received}`).join('\n'));
    const certificate = new X509Certificate(Buffer.from(presented.certificate ?? []));
    expect(
      cardSignatureHolds(loadCardProfile(kind.profile), certificate.publicKey, message, presented.signature),
    ).toBe(true);
  });
  it.each(hostileKinds)('$hostility', async ({ kind, hostility }) => {
    const presented = await present(sandbox.card(kind), kind.profile).catch((e: unknown) => e);
    console.log(hostility, presented.code ?? 'presented');
  });
});
