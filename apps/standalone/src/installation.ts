import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, systemRandom } from '#libs/kernel';
import { z } from 'zod';
import { StartRefused, type Ports, type Settings } from './settings.js';

const text = z.string().min(16);

const installationSchema = z.strictObject({
  ports: z.strictObject({
    connections: z.int(),
    exchange: z.int(),
    worker: z.int(),
    sandbox: z.int(),
    notes: z.int(),
    database: z.int(),
  }),
  databasePasswords: z.strictObject({ migrator: text, app: text, worker: text, operator: text }),
  sessionSecret: text,
  signInClientSecret: text,
  registrations: z.strictObject({
    github: z.strictObject({ id: z.uuid(), clientSecret: text }),
    notion: z.strictObject({ id: z.uuid(), clientSecret: text }),
  }),
});

/** What makes one installation on this machine: made at the first start, kept in the data folder for the next ones. */
export type Installation = z.infer<typeof installationSchema>;

/** Reads the installation of the data folder, or makes one. Its file is readable by its owner alone. */
export async function openInstallation({ dataDir, ports }: Settings): Promise<Installation> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'installation.json');
  const stored = await readFile(file, 'utf8').catch(absent);
  if (stored === undefined) return await write(file, newInstallation(ports));
  const parsed = installationSchema.safeParse(JSON.parse(stored));
  if (!parsed.success) throw new StartRefused(`${file} is not an installation of this version: move the folder away`);
  refuseOtherPorts(parsed.data.ports, ports, dataDir);
  return parsed.data;
}

/** Addresses are part of what is stored (redirects, return addresses), so that an installation keeps its ports. */
function refuseOtherPorts(made: Ports, wanted: Ports, dataDir: string): void {
  const moved = (Object.keys(made) as (keyof Ports)[]).filter((app) => made[app] !== wanted[app]);
  if (moved.length === 0) return;
  const list = moved.map((app) => `${app} ${made[app]}`).join(', ');
  throw new StartRefused(
    `${dataDir} was made with other ports (${list}): use those, or another folder by setting TE_DATA_DIR`,
  );
}

function newInstallation(ports: Ports): Installation {
  const secret = (): string => systemRandom.bytes(32).toString('base64url');
  return {
    ports,
    databasePasswords: { migrator: secret(), app: secret(), worker: secret(), operator: secret() },
    sessionSecret: secret(),
    signInClientSecret: secret(),
    registrations: {
      github: { id: newId(), clientSecret: secret() },
      notion: { id: newId(), clientSecret: secret() },
    },
  };
}

async function write(file: string, installation: Installation): Promise<Installation> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(installation, null, 2)}\n`);
  } finally {
    await handle.close();
  }
  return installation;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
