import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../../apps/standalone/src/embedded-postgres/start-embedded-postgres.js';

export const settings = { fsync: 'off', synchronous_commit: 'off' };
const cleanups: (() => Promise<unknown>)[] = [];

/** Notes what is to be undone; the latest is undone first, unless it is to come last. */
export function later(cleanup: () => Promise<unknown>, when: 'first' | 'last' = 'first'): void {
  if (when === 'first') cleanups.push(cleanup);
  else cleanups.unshift(cleanup);
}

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function scratchFolder(parent = tmpdir(), mode = 0o711): Promise<string> {
  const folder = await mkdtemp(join(parent, 'embedded-postgres-test-'));
  await chmod(folder, mode);
  later(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function start(
  options: Partial<EmbeddedPostgresOptions> & { dataDir: string },
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ port: 0, settings, ...options });
  later(() => server.stop());
  return server;
}

export async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
