import type { Component } from './signature-base.ts';
import { HttpSignatureError } from './http-signature-error.ts';

/** What is looked at of a request: all of it that a signature covers, and the fields that carry one. */
export interface RequestHead {
  readonly method: string;
  /**
   * The whole address. A server gives its own host here, where it knows by which one it is called: what was
   * signed for another server is then not believed.
   */
  readonly url: string;
  readonly headers: Headers;
}

/** What every signature here covers; the last only, and always, where there is a body. */
export const coveredAlways = ['@method', '@authority', '@path', '@query'] as const;
export const coveredWithBody = 'content-digest';

/** The values of these components in a request. */
export function componentsOf({ method, url, headers }: RequestHead, names: readonly string[]): Component[] {
  const { host, pathname, search } = parse(url);
  const values: Record<string, string | null> = {
    '@method': method,
    '@authority': host,
    '@path': pathname,
    '@query': search === '' ? '?' : search,
    [coveredWithBody]: headers.get(coveredWithBody),
  };
  return names.map((name) => {
    const value = values[name] ?? null;
    if (value === null) {
      throw new HttpSignatureError(
        'wrong-coverage',
        `The signature covers ${name}, which the request does not have; sign what is sent.`,
      );
    }
    return [name, value];
  });
}

function parse(url: string): URL {
  if (!URL.canParse(url)) {
    throw new HttpSignatureError('malformed', 'The address of the request is not a URL; send a right one.');
  }
  return new URL(url);
}
