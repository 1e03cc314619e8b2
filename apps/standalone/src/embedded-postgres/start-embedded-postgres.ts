import { join, resolve } from 'node:path';
import { chooseAccount, isRoot } from './account.js';
import { findBinaries } from './binaries.js';
import { openCluster, type Cluster } from './cluster.js';
import { prepareHome, resolveHome, sharedFolder } from './home.js';
import { claimDirectory } from './owner.js';
import { choosePort } from './port.js';
import { isRunning, startServer, stopServer } from './server.js';
import { watchOver } from './watcher.js';

export interface EmbeddedPostgresOptions {
  /** Folder for the data, the superuser's password and the server's log. Made when absent. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** Settings of the server, for instance `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told in words what takes time or is unusual. */
  readonly onProgress?: (message: string) => void;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** Where the data really is: the wanted folder, unless the database's account could not enter it. */
  readonly location: string;
  /** URL of the superuser for the database named `postgres`. */
  readonly superuserUrl: string;
  /** URL for a database, as the superuser or as the given role. */
  url(database: string, role?: { readonly user: string; readonly password: string }): string;
  /** Shuts the server down and waits for it. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Runs a real PostgreSQL from the binaries in node_modules, as root and as an ordinary user. It ends with this process,
 * however that ends. A server that a killed process left behind is stopped first, and its data is used again.
 * @throws EmbeddedPostgresError with words for the person at the terminal
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const announce = options.onProgress ?? (() => undefined);
  const wanted = resolve(options.dataDir);
  const account = await chooseAccount(join(await resolveHome(wanted), 'cluster'), announce);
  const home = await prepareHome(wanted, account, announce);
  const release = await claimDirectory(wanted);
  try {
    const binaries = await findBinaries(account, isRoot() ? sharedFolder : home, announce);
    return await launch({ home, account, binaries }, options, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function launch(
  cluster: Cluster,
  options: EmbeddedPostgresOptions,
  release: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const announce = options.onProgress ?? (() => undefined);
  const settings = options.settings ?? {};
  const password = await openCluster(cluster, settings['fsync'] !== 'off', announce);
  if (await isRunning(cluster)) {
    announce('Stopping the database that a killed process left running');
    await stopServer(cluster);
  }
  const port = await choosePort(options.port);
  announce(`Starting PostgreSQL ${cluster.binaries.major} on 127.0.0.1:${port}`);
  await startServer(cluster, port, settings);
  const dismissWatcher = await watchOver(cluster);

  const superuser = { user: 'postgres', password };
  const url: EmbeddedPostgres['url'] = (database, role = superuser) =>
    `postgres://${encodeURIComponent(role.user)}:${encodeURIComponent(role.password)}@127.0.0.1:${port}/${database}`;
  const stop = async (): Promise<void> => {
    await stopServer(cluster);
    await dismissWatcher();
    await release();
  };
  let stopped: Promise<void> | undefined;
  return { port, location: cluster.home, superuserUrl: url('postgres'), url, stop: () => (stopped ??= stop()) };
}
