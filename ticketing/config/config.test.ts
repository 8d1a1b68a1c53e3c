import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'kazasu-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const least = {
  pkcs11: { module: '/usr/lib/softhsm/libsofthsm2.so', token: 'ticketing' },
  state: 'state',
  authority: { url: 'http://127.0.0.1:7400' },
};

function written(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the configuration', () => {
  it('takes what it needs and fills in the rest, by the folder of the file', () => {
    const config = readConfig(written('a.json', least), {});
    expect(config).toMatchObject({
      listen: { host: '127.0.0.1', port: 7350 },
      state: join(folder, 'state'),
      database: join(folder, 'state/ticketing.sqlite'),
      mail: 'none',
      payments: { noticeKeys: [] },
      proxies: [],
    });
    expect(config.publicUrl.href).toBe('http://127.0.0.1:7350/');
  });

  it('is TOML too', () => {
    const text = `state = "s"\nlisten = "[::1]:80"\n[pkcs11]\nmodule = "m"\ntoken = "t"\n[authority]\nurl = "http://a"\n`;
    expect(readConfig(written('a.toml', text), {})).toMatchObject({ listen: { host: '::1', port: 80 } });
  });

  it('lets DATABASE_URL win', () => {
    const file = written('b.json', { ...least, database: 'postgres://elsewhere/kazasu' });
    expect(readConfig(file, {}).database).toBe('postgres://elsewhere/kazasu');
    expect(readConfig(file, { DATABASE_URL: 'postgres://here/k' }).database).toBe('postgres://here/k');
  });

  it('names every wrong setting with its path', () => {
    const wrong = { ...least, listen: '7350', publicUrl: 'http://a/b', pkcs11: {}, pin: '1234' };
    expect(() => readConfig(written('c.json', wrong), {})).toThrow(
      /listen: must be "host:port"\n.*publicUrl: .*\n.*pkcs11\.module: .*\n.*pkcs11\.token: .*\n.*pin: there is no such setting/,
    );
    expect(() => readConfig(written('d.json', '{'), {})).toThrow('is not JSON');
    expect(() => readConfig(join(folder, 'none.json'), {})).toThrow('cannot be read');
  });
});
