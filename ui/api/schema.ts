import * as z from 'zod/mini';

/**
 * How the servers' types cross to the screens: each screen has its own schemas of what it reads, and checks
 * what arrives. The screens so import nothing of a server, not even a type, and a server of another version
 * is told apart from a broken screen. That schemas and servers agree is held in test/ui/api-types.test.ts,
 * which knows both: a server's type that no longer fits does not compile.
 *
 * Objects here are not strict: what a screen does not show it does not read.
 */
// Without this zod tries to compile its checks, which the content security policy forbids and reports.
z.config({ jitless: true });

export { z };
