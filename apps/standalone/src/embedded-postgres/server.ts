import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataOf, logOf, type Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './errors.js';
import { portIsFree, portTaken } from './port.js';
import { run, type RunResult } from './run.js';

const notRunning = 3;

/** Starts the server and waits until it answers. pg_ctl gives it a session of its own, so Ctrl-C does not reach it. */
export async function startServer(
  cluster: Cluster,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const started = await pgCtl(cluster, 'start', ['-w', '-s', '-t', '60', '-l', logOf(cluster), '-o', commandLine(all)]);
  if (started.code === 0) return;
  if (!(await portIsFree(port))) throw portTaken(port);
  const log = await readFile(logOf(cluster), 'utf8').catch(() => '');
  throw new EmbeddedPostgresError(
    'failed',
    `The database did not start.\n${started.output.trim()}\n${log.trim().split('\n').slice(-10).join('\n')}`,
  );
}

/** Ends open transactions, writes a checkpoint and waits for the end. A server that is not running is fine. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const stopped = await pgCtl(cluster, 'stop', ['-w', '-s', '-m', 'fast', '-t', '60']);
  if (stopped.code === 0 || !(await isRunning(cluster))) return;
  throw new EmbeddedPostgresError('failed', `The database did not stop: ${stopped.output.trim()}`);
}

export async function isRunning(cluster: Cluster): Promise<boolean> {
  return (await pgCtl(cluster, 'status', [])).code < notRunning;
}

/** Process id of the running server, as text. */
export async function serverPid(cluster: Cluster): Promise<string> {
  const text = await readFile(join(dataOf(cluster), 'postmaster.pid'), 'utf8');
  return text.split('\n')[0] ?? '';
}

function pgCtl(cluster: Cluster, command: string, options: readonly string[]): Promise<RunResult> {
  const { account, home } = cluster;
  return run(cluster.binaries.pgCtl, [command, '-D', dataOf(cluster), ...options], { account, cwd: home });
}

/** pg_ctl hands this text to a shell. */
function commandLine(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (!/^[a-z_.]+$/.test(name)) throw new TypeError(`not the name of a PostgreSQL setting: ${name}`);
      return `-c ${name}='${value.replaceAll("'", String.raw`'\''`)}'`;
    })
    .join(' ');
}
