// The authority over HTTP: roots, CRLs, OCSP, terminal certificates, and the interface for verifiers.
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Authority } from './authority.ts';
import { generations, purposes, type Generation, type Purpose } from './generations.ts';
import { validityApi } from './validity-api.ts';

export interface AuthorityServer {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * `GET /roots/authentication-2023.cer`, `GET /crl/authentication-2023.crl`, `POST /ocsp` and
 * `GET /ocsp/<base64>` (RFC 6960), `GET /terminal-roots/jpki-rsa.pem`, `POST /terminal-certificates/jpki-rsa`
 * with the request's JSON, and what validity-api.ts says.
 */
function authorityApp(authority: Authority): Hono {
  const app = new Hono();
  app.get('/roots/:file{.+\\.cer}', (context) => {
    const named = readName(context.req.param('file').slice(0, -4));
    if (named === undefined) return context.notFound();
    const { certificate } = authority.root(named.purpose, named.generation);
    return bytes(certificate, 'application/pkix-cert');
  });
  app.get('/crl/:file{.+\\.crl}', (context) => {
    const named = readName(context.req.param('file').slice(0, -4));
    if (named === undefined) return context.notFound();
    return bytes(authority.crl(named.purpose, named.generation), 'application/pkix-crl');
  });
  app.post('/ocsp', bodyLimit({ maxSize: 100_000 }), async (context) =>
    bytes(authority.ocsp(new Uint8Array(await context.req.arrayBuffer())), 'application/ocsp-response'),
  );
  app.get('/ocsp/:request{.+}', (context) => {
    const request = Buffer.from(context.req.param('request'), 'base64');
    return bytes(authority.ocsp(request), 'application/ocsp-response');
  });
  app.get('/terminal-roots/:file{.+\\.pem}', (context) => {
    const profile = readProfile(context.req.param('file').slice(0, -4));
    return profile === undefined ? context.notFound() : context.text(authority.terminalRoot(profile).spki);
  });
  app.post('/terminal-certificates/:profile', bodyLimit({ maxSize: 100_000 }), async (context) => {
    const profile = readProfile(context.req.param('profile'));
    if (profile === undefined) return context.notFound();
    try {
      const certificate = authority.issueTerminalCertificate(await context.req.json(), profile);
      return bytes(certificate, 'application/octet-stream');
    } catch (error) {
      return context.json({ error: error instanceof Error ? error.message : 'refused' }, 400);
    }
  });
  app.route('/', validityApi(authority));
  return app;
}

/** Listens on 127.0.0.1, at a free port unless told one. */
export function serveAuthority(authority: Authority, port = 0): Promise<AuthorityServer> {
  return new Promise((resolve, reject) => {
    const { fetch } = authorityApp(authority);
    const server = serve({ fetch, hostname: '127.0.0.1', port }, (address) => {
      resolve({ url: `http://127.0.0.1:${address.port}`, close: () => close(server) });
    });
    server.once('error', reject);
    // A client that reuses a connection just as an idle one is closed would see it reset.
    if ('keepAliveTimeout' in server) server.keepAliveTimeout = 0;
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}

function bytes(body: Uint8Array, type: string): Response {
  return new Response(Buffer.from(body), { headers: { 'content-type': type } });
}

function readName(name: string): { purpose: Purpose; generation: Generation } | undefined {
  for (const purpose of purposes) {
    for (const generation of generations) {
      if (name === `${purpose}-${generation}`) return { purpose, generation };
    }
  }
  return undefined;
}

function readProfile(name: string): 'jpki-rsa' | 'eac-rsa' | 'eac-p384' | undefined {
  return (['jpki-rsa', 'eac-rsa', 'eac-p384'] as const).find((each) => each === name);
}
