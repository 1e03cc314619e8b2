import { run, type Account } from './run.js';

/** Whether the account may work in the folder. Asked of the system itself: modes are not the whole truth (ACLs). */
export async function canWrite(folder: string, account: Account | undefined): Promise<boolean> {
  return succeeds('cd -- "$1" && [ -w . ]', folder, account);
}

/** Whether the account may read and run the PostgreSQL programs in the folder. */
export async function canUse(native: string, account: Account | undefined): Promise<boolean> {
  return succeeds('"$1/bin/initdb" --version && [ -r "$1/share/postgresql/postgres.bki" ]', native, account);
}

async function succeeds(script: string, path: string, account: Account | undefined): Promise<boolean> {
  return (await run('/bin/sh', ['-c', script, 'sh', path], { account })).code === 0;
}
