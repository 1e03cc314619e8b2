// Compiles everything into dist/ and the SDK into its own package. Only what changed is compiled again.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = 'node_modules/typescript/bin/tsc';
const sdkState = 'dist/.tsbuildinfo-sdk';

function compile(name, args) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [compiler, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`Building ${name} failed.`);
    process.exit(status || 1);
  }
  console.log(`Built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

// The compiler trusts its notes about the last time, even when the files it wrote are gone.
if (!existsSync(`${root}sdk/typescript/dist/index.js`)) rmSync(`${root}${sdkState}`, { force: true });

compile('the SDK', ['-p', 'sdk/typescript/tsconfig.json', '--incremental', '--tsBuildInfoFile', sdkState]);
compile('apps and libs', ['-p', '.']);
