// Writes test/vectors/entry-list anew: after a build, `node dist/test/entry-list/write-vectors.js`. A test
// says when that is due; the format's version must rise with any change that an old reader would not read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeVectors } from './vectors.ts';

const folder = join('test', 'vectors', 'entry-list');
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of await makeVectors()) writeFileSync(join(folder, name), bytes);
