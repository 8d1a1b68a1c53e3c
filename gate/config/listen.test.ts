import { describe, expect, it } from 'vitest';
import { authorityOf, listenSetting } from './listen.ts';

describe('where the screens are served', () => {
  it('is the machine itself, where nothing is said', () => {
    expect(listenSetting(7345).parse(undefined)).toEqual({ host: '127.0.0.1', port: 7345 });
  });

  it.each([
    [8080, { host: '127.0.0.1', port: 8080 }],
    ['8080', { host: '127.0.0.1', port: 8080 }],
    ['192.0.2.7:80', { host: '192.0.2.7', port: 80 }],
    ['gate.example:80', { host: 'gate.example', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['off', 'off'],
  ])('%j', (setting, address) => {
    expect(listenSetting(7345).parse(setting)).toEqual(address);
  });

  it.each([
    [65_536],
    [-1],
    ['65536'],
    ['host'],
    ['host:'],
    [':80'],
    ['http://a:80'],
    ['[::g]:80'],
    ['a b:80'],
    [null],
  ])('refuses %j', (setting) => {
    expect(listenSetting(7345).safeParse(setting).success).toBe(false);
  });

  it('writes IPv6 in brackets, as a URL must', () => {
    expect(authorityOf({ host: '::1', port: 80 })).toBe('[::1]:80');
    expect(authorityOf({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
  });
});
