// Installs the packages when they are missing or older than package-lock.json, so that `npm start` and `npm test`
// work in a fresh clone. Uses nothing but Node itself, since it may run before anything is installed.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const changedAt = (path) => statSync(`${root}${path}`, { throwIfNoEntry: false })?.mtimeMs;

function ensureSupportedNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node ${process.versions.node} is too old: 20.19 or later is needed.`);
  process.exit(1);
}

function install() {
  console.log('Installing packages (once; about half a minute) ...');
  // Development packages too: NODE_ENV=production would leave out the compiler.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, all] = npm ? [process.execPath, [npm, ...args]] : ['npm', args];
  const { status, error } = spawnSync(command, all, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`Installing failed${error ? `: ${error.message}` : ''}. Look at the lines above; then try "npm ci".`);
  process.exit(status || 1);
}

ensureSupportedNode();
const installed = changedAt('node_modules/.package-lock.json');
if (installed === undefined || installed < changedAt('package-lock.json')) install();
