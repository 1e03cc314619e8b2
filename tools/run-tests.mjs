// Runs kinds of tests (folders of test/, see jest.config.mjs): `run-tests.mjs <kinds> [arguments for Jest]`.
// What is left out is always said, so that a green run is not taken for more than it is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const everywhere = ['unit', 'architecture', 'integration', 'e2e', 'contract', 'conformance', 'security'];
const elsewhere = {
  services: 'needs a Redis server; npm run test:services',
  browser: 'needs Chromium; npm run test:browser',
  faults: 'takes minutes; npm run test:faults',
};

const [wanted = 'everywhere', ...jestArguments] = process.argv.slice(2);
const kinds = wanted === 'everywhere' ? everywhere : [wanted];

function filesOf(kind) {
  const folder = `${root}test/${kind}`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).filter((name) => /\.spec\.tsx?$/.test(name));
}

function runJest() {
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...['--selectProjects', ...kinds],
    ...jestArguments,
  ];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function sayWhatIsLeftOut() {
  const left = Object.entries(elsewhere).map(([kind, why]) => {
    const files = filesOf(kind).length;
    return `  ${kind} (${files} ${files === 1 ? 'file' : 'files'}): ${why}`;
  });
  console.log(`\nNot run here, but by .ci/run:\n${left.join('\n')}`);
}

if (wanted !== 'everywhere' && filesOf(wanted).length === 0) {
  console.log(`There are no tests in test/${wanted} yet.`);
} else {
  console.log(`Running tests: ${kinds.join(', ')} (from integration on with an embedded PostgreSQL)`);
  process.exitCode = runJest();
  if (wanted === 'everywhere') sayWhatIsLeftOut();
}
