// OpenSC's PKCS#11 module at work on the card that lies on the reader, in a process of its own: the card lives
// in the one that started it, which a call into the module would block.
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import graphene from 'graphene-pk11';

/** What the process is told first; every later message asks for one round. */
export interface OpenscOrder {
  readonly module: string;
  readonly pin: string;
}

process.once('message', (order) => {
  const { module: path, pin } = order as OpenscOrder;
  const module = graphene.Module.load(path, 'OpenSC');
  module.initialize();
  process.on('message', () => {
    const began = performance.now();
    useCard(module, pin);
    process.send?.(performance.now() - began);
  });
  process.once('disconnect', () => {
    module.finalize();
  });
});

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
