// OpenSC's PKCS#11 module at work on the card that lies on the reader, in a process of its own: the card lives
// in the one that started it, which a call into the module would block.
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import graphene from 'graphene-pk11';

/** What the process is told to do. */
export interface OpenscOrder {
  readonly module: string;
  readonly pin: string;
  readonly rounds: number;
}

/** The milliseconds of each round: with the module begun anew as for a card that has just come, and with it kept. */
export interface OpenscNews {
  readonly anew: readonly number[];
  readonly kept: readonly number[];
}

process.once('message', (order) => {
  process.send?.(work(order as OpenscOrder));
  process.disconnect();
});

function work({ module: path, pin, rounds }: OpenscOrder): OpenscNews {
  const module = graphene.Module.load(path, 'OpenSC');
  const anew = timed(rounds, () => {
    module.initialize();
    useCard(module, pin);
    module.finalize();
  });
  module.initialize();
  const kept = timed(rounds, () => {
    useCard(module, pin);
  });
  module.finalize();
  return { anew, kept };
}

/** Reads the authentication certificate, has the card sign with its key, and verifies that. */
function useCard(module: graphene.Module, pin: string): void {
  const session = module.getSlots(0, true).open(graphene.SessionFlag.SERIAL_SESSION);
  session.login(pin);
  const found = session.find({ class: graphene.ObjectClass.CERTIFICATE }).items(0);
  const { value: certificate = null, id = null } = found.getAttribute({ value: null, id: null });
  const keys = session.find({ class: graphene.ObjectClass.PRIVATE_KEY, id });
  const message = randomBytes(32);
  const signature = session
    .createSign('SHA256_RSA_PKCS', keys.items(0).toType<graphene.PrivateKey>())
    .once(message);
  const { publicKey } = new X509Certificate(certificate ?? '');
  if (!verify('sha256', message, publicKey, signature))
    throw new Error('OpenSC gave a signature that does not verify.');
  session.logout();
  session.close();
}

function timed(rounds: number, act: () => void): number[] {
  const milliseconds: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const began = performance.now();
    act();
    if (round >= 0) milliseconds.push(performance.now() - began);
  }
  return milliseconds;
}
