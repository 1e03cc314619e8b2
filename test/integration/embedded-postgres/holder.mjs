// A process that runs the embedded database, for the tests that end it in unfriendly ways.
// Prints a line of JSON when it is ready; on SIGINT asks the database once more, as a draining app does, then stops it.
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../dist/apps/standalone/src/embedded-postgres/start-embedded-postgres.js';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2], port: 0, settings: { fsync: 'off' } });
const client = new pg.Client({ connectionString: server.superuserUrl });
client.on('error', () => undefined);
await client.connect();

async function drain() {
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { rows } = await client.query("select 'drained' as word");
  await client.end();
  await server.stop();
  console.log(rows[0].word);
}

process.on('SIGINT', () => void drain());
console.log(JSON.stringify({ url: server.superuserUrl, location: server.location }));
