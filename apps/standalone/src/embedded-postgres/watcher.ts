import { spawn } from 'node:child_process';
import { dataOf, type Cluster } from './cluster.js';
import { cleanEnvironment, identityOf } from './run.js';
import { serverPid } from './server.js';

/**
 * Waits for the end of its input, which comes when this process ends in any way, SIGKILL included, and then asks the
 * server to shut down fast. It looks whether the server is still the same one, since a later start may be under way.
 */
const script = `cat >/dev/null
[ "$(head -n 1 "$1/postmaster.pid" 2>/dev/null)" = "$2" ] && kill -INT "$2"`;

/** Starts the watcher and gives back how to dismiss it. */
export async function watchOver(cluster: Cluster): Promise<() => Promise<void>> {
  const child = spawn('/bin/sh', ['-c', script, 'database-watcher', dataOf(cluster), await serverPid(cluster)], {
    cwd: cluster.home,
    env: cleanEnvironment,
    // A session of its own, or Ctrl-C would end the watcher together with the one it watches.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...identityOf(cluster.account),
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe keeps the event loop alive; this one must not.
  (child.stdin as unknown as { unref(): void }).unref();
  return () => {
    child.ref();
    child.stdin.end();
    return gone;
  };
}
