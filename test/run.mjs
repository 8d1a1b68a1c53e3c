// `npm test [-- PATH…]`: every check, then every test (or the tests whose path contains PATH), and
// one line at the end that counts both.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const only = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };

if (only.length === 0) {
  for (const check of ['types', 'lint', 'format', 'arrows', 'dead-code']) {
    console.log(`\n> check ${check}`);
    const { status } = spawnSync('npm', ['run', '--silent', `check:${check}`], { stdio: 'inherit' });
    counts[status === 0 ? 'passed' : 'failed'] += 1;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'kazasu-test-'));
const report = join(folder, 'report.json');
try {
  console.log('\n> tests');
  const { status } = spawnSync(
    'npx',
    ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...only],
    { stdio: 'inherit' },
  );
  count(JSON.parse(readFileSync(report, 'utf8')), status);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

function count(result, status) {
  counts.passed += result.numPassedTests;
  counts.failed += result.numFailedTests;
  counts.skipped += result.numPendingTests + result.numTodoTests;
  // A file that could not be loaded has no tests to fail; an error outside any test has no file.
  counts.failed += result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  if (status !== 0 && counts.failed === 0) counts.failed += 1;
}
