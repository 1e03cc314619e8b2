import { addressesOf, type Addresses } from '../addresses.js';
import { readDemoKeys, type DemoKeys } from '../demo/demo-keys.js';
import { isReady } from '../services/children.js';
import type { Settings } from '../settings.js';
import { startAll, type RunningInstallation } from '../start-all.js';
import { connectAndUse } from './connect-and-use.js';

/** Walks the whole way once; uses the installation that runs, or starts one for the walk. Returns the exit code. */
export async function runJourney(settings: Settings, say: (message: string) => void): Promise<number> {
  const at = addressesOf(settings.ports);
  const running = await runningOrStarted(settings, at, say);
  try {
    await connectAndUse(at, running.keys, say);
    say('The journey is complete: connected, handed out, used, on record.');
    return 0;
  } catch (error) {
    console.error(`\nThe journey ended early: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await running.stop();
  }
}

async function runningOrStarted(
  settings: Settings,
  at: Addresses,
  say: (message: string) => void,
): Promise<Pick<RunningInstallation, 'stop'> & { readonly keys: DemoKeys }> {
  const keys = await readDemoKeys(settings.dataDir);
  if (keys && (await isReady(`${at.exchange}/health/ready`)) && (await isReady(`${at.notes}/health`))) {
    say('Using the installation that is running');
    return { keys, stop: () => Promise.resolve() };
  }
  say('Nothing is running yet: starting an installation for this walk');
  return await startAll(settings, say, (error) => {
    console.error(error.message);
    process.exit(1);
  });
}
