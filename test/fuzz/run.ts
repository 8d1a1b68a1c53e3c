// `npm run fuzz [-- MINUTES [TARGET…]]`: changes what each reader takes, and sees that it refuses with an error of
// ours and in time. What is found is kept in test/fuzz/found, where the tests try it again for ever.
import { fuzz, keepFinding } from './fuzz.ts';
import { openTargets } from './targets.ts';

const [minutes = '10', ...names] = process.argv.slice(2);
const until = performance.now() + Number(minutes) * 60_000;
const all = await openTargets();
const targets = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
if (!(Number(minutes) > 0) || targets.length === 0) {
  console.error(`Say for how many minutes, and which of ${all.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const inOneGo = 2000;
const counts = new Map<string, number>();
let found = 0;
for (let seed = Date.now(); performance.now() < until; seed += 1) {
  for (const target of targets) {
    const finding = await fuzz(target, seed, inOneGo);
    counts.set(target.name, (counts.get(target.name) ?? 0) + inOneGo);
    if (finding === undefined) continue;
    found += 1;
    console.log(`${target.name}: kept in ${keepFinding(finding)}\n${finding.what}\n`);
  }
}
for (const [name, count] of counts) console.log(`${name}: ${count} inputs`);
console.log(found === 0 ? 'Nothing was found.' : `${found} findings.`);
process.exitCode = found === 0 ? 0 : 1;
