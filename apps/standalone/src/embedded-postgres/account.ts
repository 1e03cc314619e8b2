import { readFile, stat } from 'node:fs/promises';
import { EmbeddedPostgresError } from './errors.js';
import { run, type Account } from './run.js';

const ownAccount = 'token-exchanger-db';

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * PostgreSQL refuses to run as root, so root needs another account: the one that owns the existing data, else
 * `postgres` where the machine has it, else one of our own that is made now. undefined means "just as ourselves".
 */
export async function chooseAccount(
  existingData: string,
  announce: (message: string) => void,
): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const accounts = await readAccounts();
  const owner = await stat(existingData).then(
    (found) => found.uid,
    () => undefined,
  );
  const chosen =
    accounts.find((account) => account.uid === owner && account.uid !== 0) ??
    accounts.find((account) => account.name === 'postgres') ??
    accounts.find((account) => account.name === ownAccount);
  return chosen ?? createAccount(announce);
}

async function createAccount(announce: (message: string) => void): Promise<Account> {
  announce(`PostgreSQL does not run as root: making the system account ${ownAccount} for it`);
  const made = await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', ownAccount]);
  const account = (await readAccounts()).find((candidate) => candidate.name === ownAccount);
  if (account) return account;
  throw new EmbeddedPostgresError(
    'no_account',
    `PostgreSQL does not run as root, and no other account could be made (useradd: ${made.output.trim()}). ` +
      'Start as an ordinary user, or make an account named postgres.',
  );
}

/** The local accounts only: an account of a directory service would need the C library, which a copied one may lack. */
async function readAccounts(): Promise<Account[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
