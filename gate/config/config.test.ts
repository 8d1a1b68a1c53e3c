import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-config-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(file: string, text: string): string {
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
}

const whole = {
  gate: 'north-1',
  pkcs11: { module: '/lib/p11.so', token: 'gate' },
  listKeys: ['lists.pem'],
  state: 'state',
};

describe('a gate configuration', () => {
  it('reads the same from JSON and TOML', () => {
    const json = write('gate.json', JSON.stringify(whole));
    const toml = write(
      'gate.toml',
      'gate = "north-1"\nstate = "state"\nlistKeys = ["lists.pem"]\n[pkcs11]\nmodule = "/lib/p11.so"\ntoken = "gate"\n',
    );
    expect(readConfig(toml)).toEqual(readConfig(json));
  });

  it('takes relative paths from the folder of the file', () => {
    const file = write('paths.json', JSON.stringify({ ...whole, cardProfile: './own.json' }));
    expect(readConfig(file)).toMatchObject({
      state: join(folder, 'state'),
      listKeys: [join(folder, 'lists.pem')],
      cardProfile: join(folder, 'own.json'),
    });
  });

  it('names every wrong field with its path', () => {
    const file = write('wrong.json', JSON.stringify({ gate: 'a b', pkcs11: { module: 7 }, stat: 'x' }));
    expect(() => readConfig(file)).toThrow(/gate: .*\n.*pkcs11\.module: .*\n.*pkcs11\.token: .*\n.*state: /s);
    expect(() => readConfig(file)).toThrow('stat: there is no such setting');
  });

  it.each([
    ['https://tickets.example/', 'https://tickets.example'],
    ['https://tickets.example/kazasu/', 'https://tickets.example/kazasu'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('takes %s for the ticketing service', (ticketing, url) => {
    expect(readConfig(write('at.json', JSON.stringify({ ...whole, ticketing }))).ticketing).toBe(url);
  });

  it.each([
    'http://tickets.example',
    'http://127.0.0.1.example',
    'https://gate:secret@tickets.example',
    'https://tickets.example/?gate=1',
    'ftp://tickets.example',
    'tickets.example',
    7,
  ])('takes no ticketing service at %s', (ticketing) => {
    const file = write('not-at.json', JSON.stringify({ ...whole, ticketing }));
    expect(() => readConfig(file)).toThrow('ticketing: must be an https address');
  });

  it('has no place for a PIN', () => {
    const file = write('pin.json', JSON.stringify({ ...whole, pkcs11: { ...whole.pkcs11, pin: '1234' } }));
    expect(() => readConfig(file)).toThrow('pkcs11.pin: there is no such setting');
  });

  it('says which file cannot be read or parsed', () => {
    expect(() => readConfig(join(folder, 'none.json'))).toThrow('none.json cannot be read');
    expect(() => readConfig(write('broken.toml', 'gate ='))).toThrow('is not TOML');
  });
});
