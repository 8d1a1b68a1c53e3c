import type { Context } from 'hono';

/**
 * The session's cookie: for this host alone, out of reach of scripts, never sent with what another site
 * began; over https with the prefix that no other host or plain page can set it by.
 */
export class SessionCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor(publicUrl: URL) {
    const isSecure = publicUrl.protocol === 'https:';
    this.#name = isSecure ? '__Host-kazasu-session' : 'kazasu-session';
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  }

  /** The secret that came along, where it has the form of one. */
  read(headers: Headers): string | undefined {
    const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
    const values = pairs.filter(([name]) => name === this.#name).map(([, value = '']) => value);
    // Two of one name: someone else's was put beside it.
    const [value] = values.length === 1 ? values : [];
    return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
  }

  /** It has no date: it ends with the browser, and in the store. */
  set(context: Context, secret: string): void {
    context.header('set-cookie', `${this.#name}=${secret}; ${this.#attributes}`);
  }

  clear(context: Context): void {
    context.header('set-cookie', `${this.#name}=; ${this.#attributes}; Max-Age=0`);
  }
}
