import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';

interface Owner {
  readonly pid: number;
  /** When that process started, as the kernel counts; tells a reused process id apart. Empty where it is not known. */
  readonly started: string;
}

/**
 * Takes the data directory for this process, and gives back how to release it. Of two starts at once one wins;
 * what a dead process left behind does not count.
 * @throws EmbeddedPostgresError `data_directory_in_use` when a living process has it
 */
export async function claimDirectory(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'owner.json');
  const mine: Owner = { pid: process.pid, started: await startOf(process.pid) };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(file, JSON.stringify(mine), { flag: 'wx', mode: 0o644 });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await refuseLiving(file, folder);
      await rm(file, { force: true });
    }
  }
  throw inUse(folder, 'another process');
}

async function refuseLiving(file: string, folder: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const owner = parseOwner(text);
  if (owner && (await isAlive(owner))) throw inUse(folder, `process ${owner.pid}`);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    return typeof value.pid === 'number' ? { pid: value.pid, started: value.started ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = await startOf(owner.pid);
  return !started || !owner.started || started === owner.started;
}

/** Field 22 of /proc/<pid>/stat, counted after the program's name, which may contain spaces. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const inUse = (folder: string, by: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'data_directory_in_use',
    `The database in ${folder} is in use by ${by}. Stop that one first, or choose another data directory.`,
  );
