// Up, down, up on an empty database, and the schema against its page. `--write` makes the page anew.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../dist/apps/standalone/src/embedded-postgres/start-embedded-postgres.js';
import {
  bootstrapRoles,
  describeSchema,
  migrate,
  migratorDataSource,
  steps,
  whatIsLeft,
} from '../dist/prisma-free-migrations/index.js';

const page = fileURLToPath(new URL('../docs/reference/schema.md', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'te-migrations-'));
const server = await startEmbeddedPostgres({ dataDir: folder, port: 0, settings: { fsync: 'off' } });

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function withSource(work) {
  const source = await migratorDataSource(url).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

async function goDown(source) {
  for (let count = 0; count < steps.length; count++) await source.undoLastMigration({ transaction: 'each' });
  const left = await whatIsLeft(source);
  expect(left.length === 0, `going down leaves behind: ${left.join(', ')}`);
}

const passwords = { migrator: 'check', app: 'check', worker: 'check', operator: 'check' };
const url = server.url('migrations', { user: 'te_migrator', password: passwords.migrator });

try {
  await bootstrapRoles(server.superuserUrl, { database: 'migrations', passwords });
  await migrate(url);
  const first = await withSource(describeSchema);
  await withSource(goDown);
  await migrate(url);
  const second = await withSource(describeSchema);
  expect(first === second, 'the schema after up, down, up is not the one after the first up');
  console.log(`Up, down, up: ${steps.length} steps, the same schema both times`);
  if (process.argv.includes('--write')) writeFileSync(page, second);
  expect(
    readFileSync(page, 'utf8') === second,
    'docs/reference/schema.md is not the schema that the migrations build: npm run migrations:check -- --write',
  );
  console.log('No drift: docs/reference/schema.md is what the migrations build');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
