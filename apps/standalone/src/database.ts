import { join } from 'node:path';
import { bootstrapRoles, migrate } from '#migrations';
import { startEmbeddedPostgres } from './embedded-postgres/start-embedded-postgres.js';
import type { Installation } from './installation.js';
import type { Settings } from './settings.js';

const databaseName = 'token_exchanger';

export interface InstalledDatabase {
  url(role: 'app' | 'worker' | 'operator'): string;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL and brings its schema to this version. */
export async function startDatabase(
  { dataDir, ports }: Settings,
  { databasePasswords: passwords }: Installation,
  say: (message: string) => void,
): Promise<InstalledDatabase> {
  const server = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    port: ports.database,
    onProgress: say,
  });
  try {
    await bootstrapRoles(server.superuserUrl, { database: databaseName, passwords });
    const steps = await migrate(server.url(databaseName, { user: 'te_migrator', password: passwords.migrator }));
    if (steps.length > 0) say(`Brought the schema to this version (${steps.length} steps)`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: (role) => server.url(databaseName, { user: `te_${role}`, password: passwords[role] }),
    stop: () => server.stop(),
  };
}
