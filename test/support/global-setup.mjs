// Runs once before the projects that need a database, outside Jest's module system: hence plain JavaScript from `dist`.
import { existsSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const launcher = new URL(
  '../../dist/apps/standalone/src/embedded-postgres/start-embedded-postgres.js',
  import.meta.url,
);

// The data is thrown away after the run, so nothing has to survive a power cut.
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};

export default async function globalSetup() {
  if (!existsSync(launcher)) throw new Error('These tests start PostgreSQL from dist/. Run "npm run build" first.');
  const { startEmbeddedPostgres } = await import(launcher.href);
  const folder = await mkdtemp(join(tmpdir(), 'token-exchanger-tests-'));
  await chmod(folder, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), port: 0, settings });
  globalThis.testPostgres = { server, folder };
  process.env.TEST_POSTGRES_URL = server.superuserUrl;
}
