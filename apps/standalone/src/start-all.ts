import { join } from 'node:path';
import { startDatabase } from './database.js';
import type { DemoKeys } from './demo/demo-keys.js';
import { seedDemo } from './demo/seed-demo.js';
import { openInstallation, type Installation } from './installation.js';
import { portIsFree } from './embedded-postgres/port.js';
import { Children } from './services/children.js';
import { notesService, productServices, sandboxService } from './services/environments.js';
import { portVariables, StartRefused, type Ports, type Settings } from './settings.js';

export interface RunningInstallation {
  readonly installation: Installation;
  readonly keys: DemoKeys;
  stop(): Promise<void>;
}

/** Starts everything in order: database, schema, demo data, sandbox, the three apps, the example. */
export async function startAll(
  settings: Settings,
  say: (message: string) => void,
  onCrash: (error: StartRefused) => void,
): Promise<RunningInstallation> {
  const { dataDir } = settings;
  const installation = await openInstallation(settings);
  await refuseTakenPorts(settings.ports);
  const database = await startDatabase(settings, installation, say);
  const children = new Children(join(dataDir, 'logs'), onCrash);
  const stop = async (): Promise<void> => {
    await children.stop();
    await database.stop();
  };
  try {
    const keys = await seedDemo({ databaseUrl: database.url('operator'), dataDir, installation });
    say('Starting the sandbox, the connections app, the exchange app, the worker and the example server');
    await children.start([
      sandboxService({ installation }),
      ...productServices({ installation, dataDir, databaseUrl: (role) => database.url(role) }),
      notesService(installation, keys.serverKey),
    ]);
    return { installation, keys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function refuseTakenPorts(ports: Ports): Promise<void> {
  const apps = Object.entries(ports) as [keyof Ports, number][];
  const free = await Promise.all(apps.map(([, port]) => portIsFree(port)));
  const taken = apps.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const list = taken.map(([app, port]) => `${port} (${app})`).join(', ');
  const variables = Object.values(portVariables).map(([variable]) => variable);
  throw new StartRefused(
    `in use already: ${list}. If it runs in another terminal, use that one, or stop it with Ctrl-C. ` +
      `To run a second one beside it, set TE_DATA_DIR and every one of ${variables.join(', ')}`,
  );
}
