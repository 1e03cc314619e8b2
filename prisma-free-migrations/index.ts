import { migratorDataSource } from './data-source.js';
import { migrateQueueSchema } from './queue-schema.js';

export { describeSchema, whatIsLeft } from './catalogue.js';
export { migratorDataSource, steps } from './data-source.js';
export { bootstrapRoles, type RolePasswords } from './roles.js';
export { migrateQueueSchema } from './queue-schema.js';

/** Brings a database to the schema of this version; returns the names of the steps that were run. */
export async function migrate(migratorUrl: string): Promise<string[]> {
  const source = await migratorDataSource(migratorUrl).initialize();
  try {
    const run = await source.runMigrations();
    await migrateQueueSchema(migratorUrl);
    return run.map((step) => step.name);
  } finally {
    await source.destroy();
  }
}
