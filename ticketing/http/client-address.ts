import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { isIPv4, isIPv6 } from 'node:net';

/**
 * The address that a request comes from, for counting: an IPv6 network of 64 bits is one asker, since one
 * household has as much. Behind a proxy, which is believed only where the configuration names it, what it says.
 */
export function clientAddress(context: Context, proxies: readonly string[]): string {
  const remote = plain(getConnInfo(context).remote.address ?? '');
  if (!proxies.includes(remote)) return network(remote);
  // From the right: each proxy adds whom it heard it from; what stands further left anyone may have written.
  const told = (context.req.header('x-forwarded-for') ?? '').split(',').map((each) => plain(each.trim()));
  return network(told.findLast((each) => !proxies.includes(each)) ?? remote);
}

/** Whether it comes from this machine itself, and not through a proxy that runs on it. */
export function isFromThisMachine(context: Context): boolean {
  const remote = plain(getConnInfo(context).remote.address ?? '');
  return (
    (remote === '::1' || remote.startsWith('127.')) && context.req.header('x-forwarded-for') === undefined
  );
}

function plain(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

function network(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  const [head = ''] = address.split('%');
  const [left = '', right] = head.split('::');
  const groups = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros =
    right === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - tail.length)).fill('0');
  return [...groups, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
