import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { bootstrapRoles, migrate } from '#migrations';

/** A migrated, empty database of one test file. */
export interface FreshDatabase {
  readonly superuserUrl: string;
  readonly migratorUrl: string;
  readonly appUrl: string;
  readonly workerUrl: string;
  /** Of the role that registers servers, keys and OAuth apps. */
  readonly operatorUrl: string;
  /** Removes the database, open connections included. */
  drop(): Promise<void>;
}

const template = 'te_template';
const anyLockNumber = 7_305_201;

/**
 * Makes a database for one test file: migrated like a real one, with the real roles, and empty. It is copied from a
 * template that the first caller of the run migrates, so it costs a fraction of a second.
 */
export async function freshDatabase(name: string): Promise<FreshDatabase> {
  const root = serverUrl();
  const database = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}_${randomBytes(4).toString('hex')}`.slice(-63);
  await alone(root, async (client) => {
    await ensureTemplate(client, root);
    await client.query(`CREATE DATABASE ${database} TEMPLATE ${template} OWNER te_migrator`);
    // A copy has the tables' rights but not those on the database itself.
    await bootstrapRoles(root, { database, passwords: passwordsFor(root) });
  });
  return {
    superuserUrl: urlFor(root, database),
    migratorUrl: urlFor(root, database, 'migrator'),
    appUrl: urlFor(root, database, 'app'),
    workerUrl: urlFor(root, database, 'worker'),
    operatorUrl: urlFor(root, database, 'operator'),
    drop: () => alone(root, async (client) => void (await client.query(`DROP DATABASE ${database} WITH (FORCE)`))),
  };
}

/** Superuser's URL of the PostgreSQL of this run, without any database of ours. */
export function serverUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url) return url;
  throw new Error('No database in this run: tests that need one are in test/<kind>/, not beside the code.');
}

async function ensureTemplate(client: pg.Client, root: string): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
  if (known.rowCount) return;
  // Named so only when it is complete: a migration that fails must not leave a half template for the next file.
  const unfinished = `${template}_unfinished`;
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await bootstrapRoles(root, { database: unfinished, passwords: passwordsFor(root) });
  await migrate(urlFor(root, unfinished, 'migrator'));
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
}

/** Roles and templates belong to the whole server, and test files run side by side. */
async function alone(root: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: root });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [anyLockNumber]);
    await work(client);
  } finally {
    await client.end();
  }
}

type Role = 'migrator' | 'app' | 'worker' | 'operator';

/** The same in every process of a run, and unknown outside of it. */
function passwordsFor(root: string): Record<Role, string> {
  const { password } = new URL(root);
  return { migrator: `m-${password}`, app: `a-${password}`, worker: `w-${password}`, operator: `o-${password}` };
}

function urlFor(root: string, database: string, role?: Role): string {
  const url = new URL(root);
  url.pathname = `/${database}`;
  if (role) {
    url.username = `te_${role}`;
    url.password = passwordsFor(root)[role];
  }
  return url.href;
}
