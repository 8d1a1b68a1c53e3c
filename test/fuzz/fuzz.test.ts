import { expect, it } from 'vitest';
import { foundBefore, fuzz, tryInput } from './fuzz.ts';
import { openTargets } from './targets.ts';

const targets = await openTargets();

it.each(targets)('$name refuses what was found before, with an error of ours', async (target) => {
  for (const input of foundBefore(target.name)) expect(await tryInput(target, input)).toBeUndefined();
});

it.each(targets)('$name refuses some hundred changed inputs with an error of ours', async (target) => {
  expect(await fuzz(target, 1, 300)).toBeUndefined();
});
