// The sandbox's JSON interface for verifiers. It is the sandbox's own: how J-LIS answers its contract
// partners is not public. Certificates are named by the key id of the root that signed them and by their
// serial, both in hexadecimal; answers come in the order asked.
//
//   POST /validity        { "purpose", "certificates": [{ "issuerKeyId", "serial" }] }
//     → { "at", "answers": [{ "state": "good" } | { "state": "revoked", "reason", "since" } | { "state": "unknown" }] }
//   POST /correspondence  { "certificates": […] }   signature certificates (③)
//     → { "at", "answers": [{ "state": "found", "certificate" } | { "state": "none" }] }
//   POST /renewals        { "certificates": […] }   authentication certificates
//     → { "at", "answers": [{ "state": "renewed", "since", "certificate" } | { "state": "none" }] }
//
// A "certificate" in an answer is { "issuerKeyId", "serial", "issuer" (Name, DER, base64), "notAfter" }.
// At most 1,000 certificates a request; 400 with { "error" } where a request makes no sense.
import { X509Certificate } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Authority, Holder } from './authority.ts';
import type { Purpose } from './generations.ts';
import type { Credential, Person } from './person.ts';

const hex = z.string().regex(/^([0-9a-f]{2})+$/);
const certificates = z.array(z.strictObject({ issuerKeyId: hex, serial: hex })).max(1000);
const validityRequest = z.strictObject({ purpose: z.enum(['authentication', 'signature']), certificates });
const request = z.strictObject({ certificates });

type Asked = z.infer<typeof certificates>[number];

export function validityApi(authority: Authority): Hono {
  const api = new Hono();
  const at = (): string => authority.now().toISOString();
  api.use(bodyLimit({ maxSize: 1_000_000 }));
  api.onError((error, context) => context.json({ error: error.message }, 400));

  api.post('/validity', async (context) => {
    const { purpose, certificates: asked } = validityRequest.parse(await context.req.json());
    return context.json({ at: at(), answers: asked.map((each) => validityOf(authority, purpose, each)) });
  });

  api.post('/correspondence', async (context) => {
    const { certificates: asked } = request.parse(await context.req.json());
    return context.json({
      at: at(),
      answers: asked.map((each) => {
        const found = find(authority, 'signature', each);
        return found === undefined
          ? { state: 'none' }
          : { state: 'found', certificate: describe(authority, found.person.authentication) };
      }),
    });
  });

  api.post('/renewals', async (context) => {
    const { certificates: asked } = request.parse(await context.req.json());
    return context.json({
      at: at(),
      answers: asked.map((each) => {
        const found = find(authority, 'authentication', each);
        return (found && newest(authority, found.person)) ?? { state: 'none' };
      }),
    });
  });
  return api;
}

function find(authority: Authority, purpose: Purpose, asked: Asked): Holder | undefined {
  const ca = authority.rootWithKey(purpose, Buffer.from(asked.issuerKeyId, 'hex'));
  return ca && authority.holder(ca, Buffer.from(asked.serial, 'hex'));
}

function validityOf(authority: Authority, purpose: Purpose, asked: Asked): object {
  const found = find(authority, purpose, asked);
  if (found === undefined) return { state: 'unknown' };
  const ca = authority.root(purpose, found.credential.generation);
  const revoked = authority.revocation(ca, found.credential.serial);
  if (revoked === undefined) return { state: 'good' };
  return { state: 'revoked', reason: revoked.reason, since: revoked.at.toISOString() };
}

/** The end of the chain of renewals that begins with a person's certificate. */
function newest(authority: Authority, person: Person): object | undefined {
  let last: { person: Person; at: Date } | undefined;
  for (let next = authority.renewalOf(person); next !== undefined; next = authority.renewalOf(next.person)) {
    last = next;
  }
  if (last === undefined) return undefined;
  const certificate = describe(authority, last.person.authentication);
  return { state: 'renewed', since: last.at.toISOString(), certificate };
}

function describe(authority: Authority, credential: Credential): object {
  const ca = authority.root(credential.purpose, credential.generation);
  return {
    issuerKeyId: Buffer.from(ca.keyId).toString('hex'),
    serial: Buffer.from(credential.serial).toString('hex'),
    issuer: Buffer.from(ca.name).toString('base64'),
    notAfter: new Date(new X509Certificate(credential.certificate).validTo).toISOString(),
  };
}
