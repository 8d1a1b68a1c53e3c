import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CardError } from './card-error.ts';
import { loadCardProfile, parseCardProfile } from './profile.ts';

const shipped = ['jpki-rsa', 'eac-rsa', 'eac-p384'];
const text = (name: string): string =>
  readFileSync(new URL(`./profiles/${name}.json`, import.meta.url), 'utf8');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A profile that ships, with one place changed. */
function changed(name: string, path: string, value: unknown): string {
  const json = JSON.parse(text(name)) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = json;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return JSON.stringify(json);
}

function complaint(profile: string): string {
  try {
    parseCardProfile(profile, 'mine');
    return '';
  } catch (error) {
    if (error instanceof CardError && error.code === 'wrong-profile') return error.message;
    throw error;
  }
}

describe('a card profile', () => {
  it.each(shipped)('that ships is valid and called by its file: %s', (name) => {
    expect(loadCardProfile(name).name).toBe(name);
  });

  it('says in so many words that its proof step is a placeholder', () => {
    const { about, placeholders } = loadCardProfile('jpki-rsa');
    expect(about.join(' ')).toContain('THE PROOF STEP IS A PLACEHOLDER');
    expect(placeholders).toContain('terminalAuthentication.proof');
  });

  it('can be a file of one’s own', () => {
    const path = join(folder, 'mine.json');
    writeFileSync(path, changed('jpki-rsa', 'name', 'mine'));
    expect(loadCardProfile(path).name).toBe('mine');
  });

  it.each([
    ['a header of three bytes', 'application.header', '00A404', 'application.header: must have 4 bytes'],
    ['half a byte', 'application.id', 'D392F', 'application.id: must be whole bytes in hexadecimal'],
    ['no signing', 'signing', undefined, 'signing:'],
    ['a limit that is none', 'milliseconds.tap', 0, 'milliseconds.tap:'],
    [
      'a status word of another family',
      'statusWords.plainForm.0',
      '1234',
      'statusWords.plainForm.0: must be a status word',
    ],
    ['an unknown kind', 'kinds.JPKIAPICCTOKEN2', 'watch', 'kinds.JPKIAPICCTOKEN2:'],
    ['a PIN of letters unknown', 'pins.signature.characters', 'runes', 'pins.signature.characters:'],
    ['a PIN that is shorter than it may be', 'pins.signature.shortest', 17, 'pins.signature: its shortest'],
    [
      'no place for the tries left',
      'statusWords.triesLeft',
      '63C5',
      'statusWords.triesLeft: must end with 0',
    ],
    ['another format', 'format', 'kazasu/card-profile/v2', 'format:'],
    ['a field that there is not', 'signing.salt', 32, 'signing.salt: there is no such field'],
    [
      'a file that is too long to be true',
      'files.certificate.longest',
      1_000_000,
      'files.certificate.longest:',
    ],
  ])('is refused with %s, by its path', (_, path, value, said) => {
    expect(complaint(changed('jpki-rsa', path, value))).toContain(said);
  });

  it('names every wrong field at once', () => {
    const twice = JSON.parse(changed('jpki-rsa', 'name', 'UPPER')) as Record<string, unknown>;
    const said = complaint(JSON.stringify({ ...twice, placeholders: 'none' }));
    expect(said).toContain('name:');
    expect(said).toContain('placeholders:');
  });

  it.each([
    [
      'jpki-rsa',
      'terminalAuthentication.load.0.data',
      [{ from: 'challenge' }],
      'terminalAuthentication.load.0.data: challenge',
    ],
    [
      'jpki-rsa',
      'terminalAuthentication.proof.signed',
      [{ from: 'proof' }],
      'terminalAuthentication.proof.signed: proof',
    ],
    [
      'jpki-rsa',
      'terminalAuthentication.proof.data',
      [{ from: 'holderReference' }],
      'terminalAuthentication.proof.data: holderReference',
    ],
    ['jpki-rsa', 'signing.plain.data', [{ from: 'block1' }], 'signing.plain.data: block1'],
    ['jpki-rsa', 'documentSigning.plain.data', [{ from: 'proof' }], 'documentSigning.plain.data: proof'],
    [
      'eac-rsa',
      'terminalAuthentication.load.0.forEachCertificate.0.data',
      [{ tag: '83', holds: [{ from: 'block1' }] }],
      'terminalAuthentication.load.0.forEachCertificate.0.data: block1',
    ],
    [
      'eac-rsa',
      'terminalAuthentication.prepare.0.data',
      [{ from: 'body' }],
      'terminalAuthentication.prepare.0.data: body',
    ],
  ])('is refused where it asks for a value that is not known there: %s %s', (name, path, value, said) => {
    expect(complaint(changed(name, path, value))).toContain(`${said} is not known there`);
  });

  it('is refused where it is not JSON', () => {
    expect(complaint('{')).toContain('not JSON');
  });

  it('that is nowhere is refused with the names of those that ship', () => {
    expect(() => loadCardProfile(join(folder, 'nowhere.json'))).toThrow(shipped.join(', '));
  });
});
