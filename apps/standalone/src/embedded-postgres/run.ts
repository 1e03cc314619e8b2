import { spawn } from 'node:child_process';

/** An account of this machine under which the database's processes run. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface RunOptions {
  readonly account?: Account | undefined;
  /** Working directory; the account must be able to enter it. */
  readonly cwd?: string;
}

export interface RunResult {
  /** Exit status, or -1 when the program did not start or was killed. */
  readonly code: number;
  /** What it printed on both streams. */
  readonly output: string;
}

/** Nothing of our own environment: PGDATA, PGPORT or LANG of the caller would change what the programs do. */
export const cleanEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** How a child process becomes another account; root only. */
export function identityOf(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Runs a program to its end. Never rejects: a program that cannot start is a result too. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(command, args, {
      cwd: options.cwd ?? '/',
      env: cleanEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identityOf(options.account),
    });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
