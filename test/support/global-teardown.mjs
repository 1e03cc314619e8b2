import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { server, folder } = globalThis.testPostgres ?? {};
  if (!server) return;
  await server.stop();
  for (const path of [server.location, folder]) await rm(path, { recursive: true, force: true });
}
