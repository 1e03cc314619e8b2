// Compiles everything into dist/ and the SDK into its own package. Nothing is done when no source has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = 'node_modules/typescript/bin/tsc';
const sdkState = 'dist/.tsbuildinfo-sdk';
const stamp = `${root}dist/.built-from`;
const sources = [
  'apps',
  'libs',
  'sdk/typescript/src',
  'sdk/typescript/test',
  'examples',
  'prisma-free-migrations',
  'test',
];
const settings = ['tsconfig.json', 'sdk/typescript/tsconfig.json', 'package.json', 'package-lock.json'];

/** Names, sizes and times of everything that is compiled, in one hash: it sees removed files too. */
function fingerprint() {
  const hash = createHash('sha256');
  const note = (path) => {
    const { size, mtimeMs } = statSync(`${root}${path}`);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const folder of sources) {
    const names = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.tsx?$/.test(name)).toSorted((a, b) => (a < b ? -1 : 1));
    for (const file of files) note(`${folder}/${file}`);
  }
  settings.forEach(note);
  return hash.digest('hex');
}

function compile(name, args) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [compiler, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`Building ${name} failed.`);
    process.exit(status || 1);
  }
  console.log(`Built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const wanted = fingerprint();
const sdkIsThere = existsSync(`${root}sdk/typescript/dist/index.js`);
if (sdkIsThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
  console.log('Nothing to build: no source has changed');
} else {
  console.log('Building; the first time takes about 20 s');
  // The compiler trusts its notes about the last time, even when the files it wrote are gone.
  if (!sdkIsThere) rmSync(`${root}${sdkState}`, { force: true });
  rmSync(stamp, { force: true });
  compile('the SDK', ['-p', 'sdk/typescript/tsconfig.json', '--incremental', '--tsBuildInfoFile', sdkState]);
  compile('apps and libs', ['-p', '.']);
  mkdirSync(`${root}dist`, { recursive: true });
  writeFileSync(stamp, wanted);
}
