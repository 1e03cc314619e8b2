import { chmod, chown, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';
import { canWrite } from './reach.js';
import type { Account } from './run.js';

/** Where root keeps what must be reachable for other accounts. Only root may write there, so nobody can be in the way. */
export const sharedFolder = '/var/lib/token-exchanger';

const pointer = 'location';

/** The folder that really holds the data: the wanted one, or the one it was moved to by an earlier start. */
export async function resolveHome(wanted: string): Promise<string> {
  const moved = await readFile(join(wanted, pointer), 'utf8').catch(() => '');
  return moved.trim() || wanted;
}

/**
 * Makes the folder for the data. When the database's account cannot enter the wanted one (a checkout in root's home),
 * the data goes to a private folder elsewhere and the wanted one remembers where; deleting it starts afresh.
 */
export async function prepareHome(
  wanted: string,
  account: Account | undefined,
  announce: (message: string) => void,
): Promise<string> {
  await makeFolder(wanted, account);
  const home = await resolveHome(wanted);
  if (await canWrite(home, account)) return home;
  if (!account) throw notOurs(home);

  await makeSharedFolder();
  const moved = await mkdtemp(join(sharedFolder, 'database-'));
  await give(moved, account);
  await writeFile(join(wanted, pointer), `${moved}\n`);
  announce(`The account ${account?.name ?? ''} cannot enter ${wanted}: the database is in ${moved}`);
  return moved;
}

/** Enterable for all whatever the umask is; to be listed by root alone. */
export async function makeSharedFolder(): Promise<void> {
  await mkdir(sharedFolder, { recursive: true });
  await chmod(sharedFolder, 0o711);
}

/** Parents first: a recursive mkdir would give them the mode of the innermost, which shuts the account out. */
async function makeFolder(folder: string, account: Account | undefined): Promise<void> {
  try {
    const created = await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
    if (created) await openUpTo(dirname(folder), created);
    await mkdir(folder, { mode: 0o700, recursive: true });
  } catch (cause) {
    const message = `The data directory cannot be made: ${(cause as Error).message}`;
    throw new EmbeddedPostgresError('failed', message, { cause });
  }
  const entries = await readdir(folder).catch(() => {
    throw notOurs(folder);
  });
  if (entries.length === 0) await give(folder, account);
}

/** The umask may have taken the x bits away again. */
async function openUpTo(folder: string, firstCreated: string): Promise<void> {
  for (let path = folder; path.startsWith(firstCreated); path = dirname(path)) await chmod(path, 0o711);
}

async function give(folder: string, account: Account | undefined): Promise<void> {
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
}

const notOurs = (folder: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'data_directory_of_another',
    `${folder} belongs to another account. Start as that one, or choose another data directory.`,
  );
