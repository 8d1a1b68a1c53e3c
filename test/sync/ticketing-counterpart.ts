import { createHash } from 'node:crypto';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { NonceMemory } from '../../hsm/http-signature/nonce-memory.ts';
import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import { verifyRequest, type VerifiedRequest } from '../../hsm/http-signature/verify-request.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { countersignNote } from '../../hsm/seal/signed-note.ts';
import { p256PublicKey } from '../../hsm/seal/p256-signature.ts';
import type { Checkpoint } from '../../gate/journal-format/checkpoint.ts';
import { claimedCheckpoint } from '../../gate/journal-format/checkpoint.ts';
import type { JournalReport } from '../../gate/journal-format/finding.ts';
import { readHandedOver } from '../../gate/journal-format/read-handed-over.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { readEnrolment, type EnrolmentAnswer } from '../../ticketing/gate-api/enrolment.ts';
import {
  countersignerName,
  gatePaths,
  type JournalAnswer,
  type OfferedPack,
} from '../../ticketing/gate-api/messages.ts';

/** What the counterpart of a ticketing service has, and does otherwise than it should. */
export interface Counterpart {
  readonly url: string;
  /** What it offers, by its bytes. */
  readonly files: Map<OfferedPack, Uint8Array>;
  /** The identity keys of the gates that it knows, by their key id. */
  readonly gates: Map<string, Uint8Array>;
  /** Each request that it believed, in short. */
  readonly asked: string[];
  /** What the journals came to. */
  readonly reports: JournalReport[];
  /** Signs the checkpoints of those journals; the list-signing key unless a test sets another. */
  countersigner: Signer;
  /** Answers in place of the service, where it is set. */
  instead: ((path: string) => Response | undefined) | undefined;
  close(): Promise<void>;
}

/** One file to offer. */
export function offered(
  bytes: Uint8Array,
  what: Pick<OfferedPack, 'kind' | 'version'> & { base?: number },
): OfferedPack {
  const file = {
    event: 'sandbox',
    session: 'opening-night',
    gateGroup: 'main',
    version: what.version,
    bytes: bytes.length,
    digest: createHash('sha256').update(bytes).digest('hex'),
    issuedAt: new Date().toISOString(),
  };
  return what.kind === 'full' ? { kind: 'full', ...file } : { kind: 'delta', base: what.base ?? 0, ...file };
}

/**
 * The least that a ticketing service is to a gate: what ticketing/gate-api says, with real keys, over real
 * HTTP. It believes nothing that is not signed by a gate that it knows.
 */
export async function openCounterpart(options: {
  readonly signer: Signer;
  readonly code?: string;
  readonly enrolled?: Omit<EnrolmentAnswer, 'fingerprint' | 'listKeys' | 'gate'>;
}): Promise<Counterpart> {
  const { signer, code } = options;
  const enrolled = options.enrolled ?? { gateGroup: 'main', door: 'north', direction: 'in' };
  const nonces = new NonceMemory();
  const seen = new Map<number, Checkpoint>();
  const app = new Hono();
  const believe = (
    request: Request,
    keyOf: (keyId: string) => Uint8Array | undefined,
  ): Promise<VerifiedRequest> =>
    verifyRequest(request, { keyOf, now: Date.now(), useNonce: (used, now) => nonces.use(used, now) });
  const known = async (request: Request): Promise<VerifiedRequest> => {
    const verified = await believe(request, (keyId) => counterpart.gates.get(keyId));
    counterpart.asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return verified;
  };

  app.use(async (context, next) => {
    const answer = counterpart.instead?.(context.req.path);
    if (answer !== undefined) return answer;
    await next();
    return undefined;
  });
  app.onError((error, context) => context.json({ code: 'not-believed', title: error.message }, 401));
  app.post(gatePaths.enrolment, async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    const { gate, identityKey, ...given } = readEnrolment(Buffer.from(body).toString());
    const { keyId, requireBody } = await believe(context.req.raw, (id) =>
      id === signingKeyId(identityKey) ? identityKey : undefined,
    );
    requireBody(body);
    if (given.code !== code) return context.json({ code: 'wrong-code' }, 403);
    counterpart.gates.set(keyId, identityKey);
    const listKey = p256PublicKey(signer.publicKey).export({ type: 'spki', format: 'pem' }).toString();
    return context.json({ gate, ...enrolled, fingerprint: keyId, listKeys: [listKey] }, 201);
  });
  app.get(gatePaths.packs, async (context) => {
    await known(context.req.raw);
    return context.json({ packs: [...counterpart.files.keys()] });
  });
  app.get(`${gatePaths.packs}/:digest`, async (context) => {
    await known(context.req.raw);
    const found = [...counterpart.files].find(([{ digest }]) => digest === context.req.param('digest'));
    return found === undefined ? context.notFound() : context.body(Buffer.from(found[1]));
  });
  app.post(gatePaths.journal, async (context) => {
    const { keyId, requireBody } = await known(context.req.raw);
    const file = requireBody(new Uint8Array(await context.req.arrayBuffer()));
    const key = counterpart.gates.get(keyId) ?? new Uint8Array();
    const report = verifyJournal(file, { keys: [key], previous: [...seen.values()] });
    counterpart.reports.push(report);
    const countersigned = [];
    for (const { newest } of report.findings.length > 0 ? [] : report.logs) {
      if (newest === undefined) continue;
      seen.set(newest.epoch, newest);
      const notes = readHandedOver(file).flatMap((log) => log.notes);
      const note = notes.find((each) => {
        const { epoch, size } = claimedCheckpoint(each);
        return epoch === newest.epoch && size === newest.size;
      });
      if (note === undefined) continue;
      countersigned.push(await countersignNote(note, countersignerName, counterpart.countersigner));
    }
    const findings = report.findings.map(({ code: what, epoch, sentence }) => ({
      code: what,
      epoch,
      sentence,
    }));
    return context.json({ findings, countersigned } satisfies JournalAnswer);
  });

  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const counterpart: Counterpart = {
    url: `http://127.0.0.1:${port}`,
    files: new Map(),
    gates: new Map(),
    asked: [],
    reports: [],
    countersigner: signer,
    instead: undefined,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
  return counterpart;
}
