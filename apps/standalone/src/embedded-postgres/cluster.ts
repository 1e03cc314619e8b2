import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './errors.js';
import { run, type Account } from './run.js';

/** A data directory and what is needed to work with it. */
export interface Cluster {
  /** Holds the data directory, the superuser's password and the server's log. */
  readonly home: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

export const dataOf = (cluster: Cluster): string => join(cluster.home, 'cluster');
export const logOf = (cluster: Cluster): string => join(cluster.home, 'server.log');
const passwordFile = (cluster: Cluster): string => join(cluster.home, 'superuser-password');

/** Makes the data directory unless there is one; returns the superuser's password. */
export async function openCluster(
  cluster: Cluster,
  durable: boolean,
  announce: (message: string) => void,
): Promise<string> {
  const version = await readFile(join(dataOf(cluster), 'PG_VERSION'), 'utf8').catch(absentOnly(cluster));
  if (version === undefined) {
    announce(`Making a database in ${dataOf(cluster)}`);
    await initialise(cluster, durable);
  } else if (version.trim() !== cluster.binaries.major) {
    throw new EmbeddedPostgresError(
      'version_mismatch',
      `The database in ${dataOf(cluster)} is of PostgreSQL ${version.trim()}, the programs are of ` +
        `${cluster.binaries.major}. Move it with pg_upgrade or a dump, or remove the folder to start afresh.`,
    );
  }
  return (await readFile(passwordFile(cluster), 'utf8')).trim();
}

/** initdb writes PG_VERSION first and the rest after it, so a start that was cut would look complete without the rename. */
async function initialise(cluster: Cluster, durable: boolean): Promise<void> {
  const partial = join(cluster.home, 'cluster.partial');
  await rm(partial, { recursive: true, force: true });
  await writePassword(cluster);
  const options = [
    ['-D', partial],
    ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile(cluster)}`],
    ['--encoding=UTF8', '--locale=C'],
    durable ? [] : ['--no-sync'],
  ].flat();
  const { account, home } = cluster;
  const made = await run(cluster.binaries.initdb, options, { account, cwd: home });
  if (made.code !== 0) {
    throw new EmbeddedPostgresError('failed', `The database could not be made:\n${made.output.trim()}`);
  }
  await rename(partial, dataOf(cluster));
}

/** Created anew and private from its first byte; a file or link that somebody put there is never followed. */
async function writePassword(cluster: Cluster): Promise<void> {
  await rm(passwordFile(cluster), { force: true });
  const file = await open(passwordFile(cluster), 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(24).toString('base64url')}\n`);
    if (cluster.account) await file.chown(cluster.account.uid, cluster.account.gid);
  } finally {
    await file.close();
  }
}

function absentOnly(cluster: Cluster): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      'data_directory_of_another',
      `${dataOf(cluster)} cannot be read: it belongs to another account. Start as that one, or choose another folder.`,
      { cause: error },
    );
  };
}
