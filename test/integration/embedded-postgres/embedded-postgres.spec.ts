import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ask, cleanUp, later, scratchFolder, settings, start } from './scratch.js';

afterEach(cleanUp);

describe('the embedded PostgreSQL', () => {
  it('starts afresh with UTF-8, listens on the loopback address only and wants its password', async () => {
    const server = await start({ dataDir: join(await scratchFolder(), 'not', 'there', 'yet') });

    expect(await ask(server.superuserUrl, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await ask(server.superuserUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await ask(server.superuserUrl, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await expect(ask(server.url('postgres', { user: 'postgres', password: 'guess' }), 'select 1')).rejects.toThrow(
      /password authentication failed/,
    );
    const file = await stat(join(server.location, 'superuser-password'));
    expect((file.mode & 0o777).toString(8)).toBe('600');
  });

  it('has its data again after a stop and a second start', async () => {
    const dataDir = join(await scratchFolder(), 'db');
    const first = await start({ dataDir });
    await ask(first.superuserUrl, 'create table kept as select 42 as value');
    await first.stop();
    await expect(ask(first.superuserUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

    const said: string[] = [];
    const second = await start({ dataDir, onProgress: (message) => said.push(message) });

    expect(await ask(second.superuserUrl, 'select value from kept')).toEqual([{ value: 42 }]);
    expect(said).toEqual([expect.stringMatching(/^Starting PostgreSQL 18 on 127\.0\.0\.1:\d+$/)]);
  });

  it('names the port that is taken, and starts there once it is free', async () => {
    const dataDir = join(await scratchFolder(), 'db');
    const squatter = createServer();
    const port = await new Promise<number>((resolve) => {
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port));
    });

    await expect(start({ dataDir, port })).rejects.toMatchObject({
      reason: 'port_taken',
      message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken by another program`),
    });

    await new Promise((resolve) => squatter.close(resolve));
    const server = await start({ dataDir, port });
    expect(server.port).toBe(port);
  });

  it('refuses a data directory that a living process uses, and says which', async () => {
    const dataDir = join(await scratchFolder(), 'db');
    await start({ dataDir });

    await expect(start({ dataDir })).rejects.toMatchObject({
      reason: 'data_directory_in_use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });

  it('refuses data of another major version instead of touching it', async () => {
    const dataDir = join(await scratchFolder(), 'db');
    const server = await start({ dataDir });
    await server.stop();
    const file = join(server.location, 'cluster', 'PG_VERSION');
    await writeFile(file, '15\n');

    await expect(start({ dataDir })).rejects.toMatchObject({
      reason: 'version_mismatch',
      message: expect.stringMatching(/of PostgreSQL 15, the programs are of 18/),
    });
    expect(await readFile(file, 'utf8')).toBe('15\n');
  });

  it('shows the last lines of the log when the server refuses its settings', async () => {
    const dataDir = join(await scratchFolder(), 'db');

    await expect(start({ dataDir, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers"/,
    );
  });

  it('takes quotes and spaces in settings and paths as they are', async () => {
    const dataDir = join(await scratchFolder(), 'a folder');
    const server = await start({ dataDir, settings: { ...settings, cluster_name: "it's $HOME" } });

    expect(await ask(server.superuserUrl, 'show cluster_name')).toEqual([{ cluster_name: "it's $HOME" }]);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  asRoot('works below a folder that only root can enter, and finds its moved data again', async () => {
    const wanted = join(await scratchFolder(homedir(), 0o700), '.data', 'db');
    const first = await start({ dataDir: wanted });
    later(() => rm(first.location, { recursive: true, force: true }), 'last');
    expect(first.location).not.toBe(wanted);
    await ask(first.superuserUrl, 'create table kept as select 42 as value');
    await first.stop();

    const second = await start({ dataDir: wanted });

    expect(second.location).toBe(first.location);
    expect(await ask(second.superuserUrl, 'select value from kept')).toEqual([{ value: 42 }]);
    expect(existsSync(join(wanted, 'location'))).toBe(true);
  });
});
