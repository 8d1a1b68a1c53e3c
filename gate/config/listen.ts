import { isIP } from 'node:net';
import { z } from 'zod';

/** Where the screens and the metrics are served. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the configuration says nothing: on the machine itself. */
const ownHost = '127.0.0.1';

const must = 'must be a port, "host:port", or "off"';

/**
 * The setting `listen`: a port (on the machine itself), `host:port`, or `off` for no screens at all. What is
 * served is plain HTTP: whoever opens it to a network puts an encrypting proxy before it. `port` is where it
 * is served where nothing is said.
 */
export const listenSetting = (port: number) =>
  z
    .union([z.int(must).min(0, must).max(65_535, must), z.string(must)], must)
    .default(port)
    .transform((value, context): ListenAddress | 'off' => {
      if (value === 'off') return 'off';
      const address = typeof value === 'number' ? { host: ownHost, port: value } : parse(value);
      if (address !== undefined) return address;
      context.addIssue({ code: 'custom', message: must });
      return z.NEVER;
    });

/** An address as a URL has it, IPv6 in brackets. */
export function authorityOf({ host, port }: ListenAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function parse(text: string): ListenAddress | undefined {
  const [, six, plain, digits] = /^(?:(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  if (six !== undefined && isIP(six) !== 6) return undefined;
  return { host: six ?? plain ?? ownHost, port };
}
