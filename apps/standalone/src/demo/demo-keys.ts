import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.strictObject({ serverKey: z.string().min(1), auditorKey: z.string().min(1) });

/** Credentials of the demo. A real installation shows a key once and keeps only its hash. */
export type DemoKeys = z.infer<typeof schema>;

const fileOf = (dataDir: string): string => join(dataDir, 'demo-keys.json');

export async function readDemoKeys(dataDir: string): Promise<DemoKeys | undefined> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}

export async function writeDemoKeys(dataDir: string, keys: DemoKeys): Promise<void> {
  const handle = await open(fileOf(dataDir), 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
  } finally {
    await handle.close();
  }
}
