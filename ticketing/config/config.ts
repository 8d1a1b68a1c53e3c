import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, extname, join, resolve } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { readNoticeKey } from '../payments/notice-keys.ts';
import { TicketingError } from '../ticketing-error.ts';

/** Where the service is served. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const ownPort = 7350;

const listen = z
  .string()
  .default(`127.0.0.1:${ownPort}`)
  .transform((text, context): ListenAddress => {
    const [, six, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
    const port = Number(digits);
    const isRight = digits !== undefined && port <= 65_535 && (six === undefined || isIP(six) === 6);
    if (isRight) return { host: six ?? plain ?? '', port };
    context.addIssue({ code: 'custom', message: 'must be "host:port"' });
    return z.NEVER;
  });

const noticeKey = z.string().transform((pem, context): KeyObject => {
  const key = readNoticeKey(pem);
  if (key !== undefined) return key;
  context.addIssue({ code: 'custom', message: 'must be an Ed25519 or P-256 public key, PEM' });
  return z.NEVER;
});

const schema = z.strictObject({
  /** Where the service is served, in plain HTTP: to a network only behind a proxy that encrypts. */
  listen,
  /** The address by which browsers and gates know it; passkeys and links hold to it. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .refine((url) => new URL(url).pathname === '/', 'must be an address without a path')
    .optional(),
  /** A SQLite file; DATABASE_URL in the environment wins, and may name a PostgreSQL. */
  database: z.string().min(1).optional(),
  /** The HSM. Its PIN is never here: see the hsm handbook for where it comes from. */
  pkcs11: z.strictObject({
    module: z.string().min(1),
    token: z.string().min(1),
    parameters: z.exactOptional(z.string()),
  }),
  /** Where files are kept: the database, trusted roots. */
  state: z.string().min(1),
  /** Whom to ask whether certificates are valid: the only adapter that ships speaks to the sandbox's authority. */
  authority: z.strictObject({ adapter: z.literal('http').default('http'), url: z.url() }),
  /** The first organisation's name, which the first owner is invited to. */
  organisation: z.string().min(1).max(100).default('Kazasu'),
  /** The addresses of proxies whose X-Forwarded-For is believed. */
  proxies: z.array(z.union([z.ipv4(), z.ipv6()])).default([]),
  /** How people are written to: not at all; links are handed over by those who make them. */
  mail: z.literal('none').default('none'),
  payments: z
    .strictObject({
      /** The public keys, PEM, by which notices of payments are believed; without any, none is. */
      noticeKeys: z.array(noticeKey).default([]),
      /** The payment company's code in the barcodes of slips; without it slips have none. */
      companyCode: z.exactOptional(z.string().regex(/^9\d{5}$/, 'must be 6 digits, the first a 9')),
    })
    .default({ noticeKeys: [] }),
  webhooks: z
    .strictObject({
      /** Hosts on private networks or this machine to which webhooks may go all the same. */
      allowHosts: z.array(z.string().min(1)).default([]),
    })
    .default({ allowHosts: [] }),
});

/** How the service is set up, checked, with paths made absolute and what was left out filled in. */
export interface TicketingConfig extends Omit<z.output<typeof schema>, 'publicUrl' | 'database'> {
  readonly publicUrl: URL;
  /** What `openStore` takes. */
  readonly database: string;
}

/**
 * Reads the service's configuration, JSON or TOML by the file's ending. Every wrong field is named with its
 * path in one message, so that it is mended in one go.
 *
 * @example
 * const config = readConfig('/etc/kazasu/ticketing.toml', process.env);
 */
export function readConfig(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): TicketingConfig {
  const checked = schema.safeParse(parse(file));
  if (!checked.success) {
    const wrong = wrongFields(checked.error, 'setting');
    throw new TicketingError('file-wrong', `The configuration ${file} is wrong:\n${wrong}`);
  }
  const folder = dirname(resolve(file));
  const { data } = checked;
  const state = resolve(folder, data.state);
  const ownDatabase =
    data.database === undefined ? join(state, 'ticketing.sqlite') : ofFile(folder, data.database);
  return {
    ...data,
    state,
    publicUrl: new URL(data.publicUrl ?? `http://${authorityOf(data.listen)}`),
    database: environment['DATABASE_URL'] ?? ownDatabase,
  };
}

/** An address as a URL has it, IPv6 in brackets. */
export function authorityOf({ host, port }: ListenAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function ofFile(folder: string, database: string): string {
  return /^postgres(ql)?:/.test(database) ? database : resolve(folder, database);
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TicketingError('file-unreadable', `The configuration ${file} cannot be read.`, { cause });
  }
  try {
    return extname(file) === '.toml' ? parseToml(text) : JSON.parse(text);
  } catch (cause) {
    const form = extname(file) === '.toml' ? 'TOML' : 'JSON';
    throw new TicketingError('file-wrong', `The configuration ${file} is not ${form}.`, { cause });
  }
}
