import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { contentDigest } from './content-digest.ts';
import { HttpSignatureError } from './http-signature-error.ts';
import { NonceMemory } from './nonce-memory.ts';
import { signatureBase, verifiesBase } from './signature-base.ts';
import { readParams, readSignature } from './signature-params.ts';
import { componentsOf, type RequestHead } from './signed-request.ts';
import { signingKeyId, signRequest, type RequestToSign } from './sign-request.ts';
import { verifyRequest, type VerifyRequestOptions } from './verify-request.ts';

interface Example {
  readonly section: string;
  readonly request?: { readonly method: string; readonly url: string };
  readonly components: [string, string][];
  readonly params: string;
  readonly signature: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/http-signature/rfc9421.json', import.meta.url), 'utf8'),
) as { readonly publicKey: string; readonly examples: readonly Example[] };

const signer = clearSigner();
const keyId = signingKeyId(signer.publicKey);
const now = Date.UTC(2027, 3, 1, 9);
const url = 'https://tickets.example/api/gates/journal?part=2&of=3';
const body = Buffer.from('what the gate hands over');

function options(changes: Partial<VerifyRequestOptions> = {}): VerifyRequestOptions {
  const nonces = new NonceMemory();
  return {
    keyOf: (id) => (id === keyId ? signer.publicKey : undefined),
    now,
    useNonce: (used, at) => nonces.use(used, at),
    ...changes,
  };
}

async function signed(of: RequestToSign = { method: 'POST', url, body }): Promise<RequestHead> {
  return { method: of.method, url: of.url, headers: new Headers(await signRequest(of, signer, { now })) };
}

async function codeOf(head: RequestHead, changes?: Partial<VerifyRequestOptions>): Promise<string> {
  try {
    await verifyRequest(head, options(changes));
    return 'accepted';
  } catch (error) {
    if (error instanceof HttpSignatureError) return error.code;
    throw error;
  }
}

/** The request with one field changed, or gone. */
function withField(
  head: RequestHead,
  name: string,
  change: (value: string) => string | undefined,
): RequestHead {
  const headers = new Headers(head.headers);
  const value = change(headers.get(name) ?? '');
  if (value === undefined) headers.delete(name);
  else headers.set(name, value);
  return { ...head, headers };
}

describe("RFC 9421's own examples on P-256", () => {
  it.each(vectors.examples)('$section: the base is built and the signature holds', (example) => {
    const key = createPublicKey(vectors.publicKey);
    const base = signatureBase(example.components, example.params);
    const signature = Buffer.from(example.signature, 'base64');
    expect(verifiesBase(base, signature, key)).toBe(true);
    for (let at = 0; at < base.length; at += 1) {
      const other = base.slice(0, at) + (base[at] === 'x' ? 'y' : 'x') + base.slice(at + 1);
      expect(verifiesBase(other, signature, key), `character ${at}`).toBe(false);
    }
  });

  it.each(vectors.examples.filter(({ request }) => request !== undefined))(
    '$section: the components are taken from the request as they stand there',
    ({ request, components }) => {
      const ours = components.filter(([name]) => name.startsWith('@') || name === 'content-digest');
      const digest = components.find(([name]) => name === 'content-digest')?.[1];
      const headers = new Headers(digest === undefined ? {} : { 'content-digest': digest });
      const names = ours.map(([name]) => name);
      expect(componentsOf({ method: '', url: '', ...request, headers }, names)).toEqual(ours);
    },
  );

  it('RFC 9530: the digest of {"hello": "world"}', () => {
    expect(contentDigest(Buffer.from('{"hello": "world"}'))).toBe(
      'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    );
  });
});

describe('a signed request', () => {
  it('is believed by whoever knows the key, whatever it carries', async () => {
    const path = fc.webPath().map((each) => (each.startsWith('/') ? each : `/${each}`));
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.option(fc.webQueryParameters(), { nil: undefined }),
        fc.constantFrom('GET', 'POST', 'PUT'),
        fc.option(fc.uint8Array({ maxLength: 200 }), { nil: undefined }),
        async (at, query, method, bytes) => {
          const address = `http://127.0.0.1:8080${at}${query === undefined ? '' : `?${query}`}`;
          const request = { method, url: address, ...(bytes === undefined ? {} : { body: bytes }) };
          const headers = new Headers(await signRequest(request, signer, { now }));
          const verified = await verifyRequest({ method, url: address, headers }, options());
          expect(verified.keyId).toBe(keyId);
          expect(verified.requireBody(bytes ?? new Uint8Array())).toEqual(bytes ?? new Uint8Array());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not believed with another method, host, port, path or query', async () => {
    const head = await signed();
    const others: Partial<RequestHead>[] = [
      { method: 'PUT' },
      { method: 'post' },
      { url: url.replace('tickets.example', 'other.example') },
      { url: url.replace('tickets.example', 'tickets.example:8443') },
      { url: url.replace('journal', 'packs') },
      { url: url.replace('of=3', 'of=4') },
      { url: url.replace('?part=2&of=3', '?of=3&part=2') },
      { url: url.replace('?part=2&of=3', '') },
    ];
    for (const other of others) {
      expect(await codeOf({ ...head, ...other }), JSON.stringify(other)).toBe('bad-signature');
    }
    expect(await codeOf(head)).toBe('accepted');
  });

  it('is not believed with another word in any parameter', async () => {
    const head = await signed();
    const changes: readonly ((value: string) => string)[] = [
      (value) => value.replace(/created=\d+/, `created=${now / 1000 + 1}`),
      (value) => value.replace(/expires=\d+/, `expires=${now / 1000 + 299}`),
      (value) => value.replace(/nonce="[^"]*"/, `nonce="${'n'.repeat(24)}"`),
    ];
    for (const change of changes) {
      expect(await codeOf(withField(head, 'signature-input', change))).toBe('bad-signature');
    }
  });

  it('is not believed when any one character of its fields is another', async () => {
    const head = await signed();
    for (const name of ['signature-input', 'signature', 'content-digest']) {
      const { length } = head.headers.get(name) ?? '';
      for (let at = 0; at < length; at += 1) {
        for (const put of ['0', 'A', 'z', '"', ' ']) {
          const other = withField(head, name, (value) => value.slice(0, at) + put + value.slice(at + 1));
          if (other.headers.get(name) === head.headers.get(name)) continue;
          expect(await codeOf(other), `${name} ${at} ${put}`).not.toBe('accepted');
        }
      }
    }
  });

  it('is refused without a signature, or with two', async () => {
    const head = await signed();
    expect(await codeOf(withField(head, 'signature', () => undefined))).toBe('malformed');
    expect(await codeOf(withField(head, 'signature-input', () => undefined))).toBe('malformed');
    expect(await codeOf(withField(head, 'signature-input', (value) => `${value}, ${value}`))).toBe(
      'malformed',
    );
    expect(await codeOf(withField(head, 'signature', (value) => `${value}, ${value}`))).toBe('malformed');
    expect(await codeOf(withField(head, 'signature', (value) => value.replace('gate=', 'other=')))).toBe(
      'malformed',
    );
  });

  it('is refused where it covers less, more or something twice', async () => {
    const head = await signed();
    const cover = (list: string): RequestHead =>
      withField(head, 'signature-input', (value) => value.replace(/\(.*\)/, `(${list})`));
    for (const list of [
      '"@method" "@authority" "@path" "@query"',
      '"@method" "@authority" "@path" "content-digest"',
      '"@method" "@authority" "@path" "@query" "content-digest" "content-type"',
      '"@method" "@method" "@authority" "@path" "content-digest"',
    ]) {
      expect(await codeOf(cover(list)), list).toBe('wrong-coverage');
    }
    for (const list of ['', '"@method";req', '@method'])
      expect(await codeOf(cover(list)), list).toBe('malformed');
    // A digest that nobody signed may not stand there either, nor one be signed that is not there.
    const bare = await signed({ method: 'GET', url });
    expect(await codeOf(withField(bare, 'content-digest', () => contentDigest(body)))).toBe('wrong-coverage');
    expect(await codeOf(withField(head, 'content-digest', () => undefined))).toBe('wrong-coverage');
  });

  it('is refused by a key that is not known, or handed out under another name', async () => {
    const head = await signed();
    expect(await codeOf(head, { keyOf: () => undefined })).toBe('unknown-key');
    expect(await codeOf(head, { keyOf: () => clearSigner().publicKey })).toBe('unknown-key');
  });

  it('holds for five minutes, give or take a clock that is a minute ahead', async () => {
    const head = await signed();
    const at = (seconds: number): Promise<string> => codeOf(head, { now: now + seconds * 1000 });
    expect(await at(300)).toBe('accepted');
    expect(await at(301)).toBe('out-of-date');
    expect(await at(-60)).toBe('accepted');
    expect(await at(-61)).toBe('out-of-date');
    const longer = withField(head, 'signature-input', (value) =>
      value.replace(/expires=\d+/, `expires=${now / 1000 + 301}`),
    );
    expect(await codeOf(longer)).toBe('out-of-date');
  });

  it('is taken once', async () => {
    const head = await signed();
    const nonces = new NonceMemory();
    const useNonce: VerifyRequestOptions['useNonce'] = (used, seconds) => nonces.use(used, seconds);
    expect(await codeOf(head, { useNonce })).toBe('accepted');
    expect(await codeOf(head, { useNonce })).toBe('replayed');
    expect(await codeOf(head, { useNonce, now: now + 300_000 })).toBe('replayed');
    expect(await codeOf(await signed(), { useNonce })).toBe('accepted');
  });

  it('uses up no nonce where the signature does not hold', async () => {
    const asked: string[] = [];
    const useNonce: VerifyRequestOptions['useNonce'] = ({ nonce }) => asked.push(nonce) > 0;
    expect(await codeOf({ ...(await signed()), method: 'PUT' }, { useNonce })).toBe('bad-signature');
    expect(asked).toEqual([]);
  });

  it('gives its body only where it is the one that was signed', async () => {
    const { requireBody } = await verifyRequest(await signed(), options());
    expect(requireBody(body)).toBe(body);
    expect(() => requireBody(Buffer.concat([body, Buffer.of(0)]))).toThrow(/not the one that was signed/);
    const bare = await verifyRequest(await signed({ method: 'GET', url }), options());
    expect(bare.requireBody(Buffer.alloc(0))).toHaveLength(0);
    expect(() => bare.requireBody(body)).toThrow(/not the one that was signed/);
  });

  it('throws nothing but its own error for any fields', async () => {
    const head = await signed();
    const text = fc
      .string({ unit: 'binary-ascii', maxLength: 120 })
      .map((each) => each.replaceAll(/[\0-\x1f\x7f]/g, ''));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (input, signature, digest) => {
        const headers = new Headers({ 'signature-input': input, signature, 'content-digest': digest });
        expect(await codeOf({ ...head, headers })).not.toBe('accepted');
      }),
    );
    expect(await codeOf({ ...head, url: 'no url' })).toBe('malformed');
  });

  it('is not made by a signer whose signature does not fit its key', async () => {
    const lying = { publicKey: clearSigner().publicKey, sign: (message: Uint8Array) => signer.sign(message) };
    await expect(signRequest({ method: 'GET', url }, lying, { now })).rejects.toMatchObject({
      code: 'cannot-sign',
    });
  });
});

describe('the parameters', () => {
  it('are read back as they were written, and in no other form', async () => {
    const { headers } = await signed();
    const input = headers.get('signature-input') ?? '';
    const read = readParams(input);
    expect(read).toMatchObject({ label: 'gate', keyId, created: now / 1000, expires: now / 1000 + 300 });
    expect(input).toBe(`gate=${read.text}`);
    expect(readSignature(headers.get('signature') ?? '', 'gate')).toHaveLength(64);
    for (const other of [
      input.replace(';alg="ecdsa-p256-sha256"', ''),
      input.replace(';alg="ecdsa-p256-sha256"', ';alg="hmac-sha256"'),
      input.replace('tag="kazasu-gate"', 'tag="other"'),
      input.replace('created=', 'created=0'),
      input.replace(';created', '; created'),
      `${input};more=1`,
      `${input}\n`,
    ]) {
      expect(() => readParams(other), other).toThrow(HttpSignatureError);
    }
  });
});

describe('the memory of nonces', () => {
  it('forgets those whose signatures no longer hold, and only those', () => {
    const nonces = new NonceMemory();
    for (let n = 0; n < 1000; n += 1) {
      expect(nonces.use({ keyId, nonce: `n${n}`, expires: n + 300 }, n)).toBe(true);
      expect(nonces.use({ keyId, nonce: `n${n}`, expires: n + 300 }, n)).toBe(false);
    }
    expect(nonces.size).toBe(301);
    expect(nonces.use({ keyId, nonce: 'n700', expires: 1000 }, 1000)).toBe(false);
    expect(nonces.use({ keyId: 'another', nonce: 'n700', expires: 1000 }, 1000)).toBe(true);
  });
});
