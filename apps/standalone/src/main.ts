import { EmbeddedPostgresError } from './embedded-postgres/errors.js';
import { runJourney } from './journey/run-journey.js';
import { readSettings, StartRefused } from './settings.js';
import { startAll } from './start-all.js';
import { untilStopped } from './until-stopped.js';
import { whatNext } from './what-next.js';

const started = performance.now();

function say(message: string): void {
  console.log(`[${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s] ${message}`);
}

try {
  process.exitCode = process.argv.includes('--demo') ? await runJourney(readSettings(), say) : await serve();
} catch (error) {
  if (!(error instanceof StartRefused || error instanceof EmbeddedPostgresError)) throw error;
  console.error(`\nCannot start: ${error.message}`);
  process.exitCode = 1;
}

async function serve(): Promise<number> {
  const settings = readSettings();
  const stopped = untilStopped();
  const running = await startAll(settings, say, (error) => stopped.because(error));
  console.log(whatNext(running.installation, running.keys, settings.dataDir));
  const cause = await stopped.promise;
  say('Stopping: requests under way are finished first');
  await running.stop();
  say('Stopped');
  if (!cause) return 0;
  console.error(cause.message);
  return 1;
}
