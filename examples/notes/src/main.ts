import { createServer } from 'node:http';
import { createApp } from './app.js';
import { readSettings, type Settings } from './settings.js';

const DRAIN_MS = 5_000;

let settings: Settings;
try {
  settings = readSettings();
} catch (error) {
  console.error(error instanceof Error ? error.message : 'the settings cannot be read');
  process.exit(1);
}

const server = createServer(createApp(settings));
server.on('error', (error) => {
  console.error(`Notes cannot listen on port ${settings.port}: ${error.message}`);
  process.exit(1);
});
server.listen(settings.port, settings.host, () => console.log(`Notes is at ${settings.publicUrl}`));

/** Lets running requests end, and waits for none of them forever. */
function stop(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
}

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
