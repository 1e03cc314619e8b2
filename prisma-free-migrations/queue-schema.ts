import { runMigrations } from 'bullmq';
import pg from 'pg';

/**
 * The tables of the queue when it lives in PostgreSQL (schema `bullmq`). The worker may also create there: the library
 * makes a sequence for a queue that it sees for the first time.
 */
export async function migrateQueueSchema(migratorUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: migratorUrl });
  await client.connect();
  try {
    await runMigrations(client);
    await client.query(`
      GRANT USAGE, CREATE ON SCHEMA bullmq TO te_worker;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO te_worker;
      GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO te_worker;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO te_worker;
    `);
  } finally {
    await client.end();
  }
}
