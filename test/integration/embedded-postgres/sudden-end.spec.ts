import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { ask, cleanUp, later, scratchFolder, start } from './scratch.js';

interface Holder {
  readonly process: ChildProcess;
  readonly lines: Interface;
  readonly url: string;
  readonly location: string;
}

afterEach(cleanUp);

async function hold(dataDir: string): Promise<Holder> {
  const script = join(import.meta.dirname, 'holder.mjs');
  // A group of its own, as a terminal gives it to a command.
  const child = spawn(process.execPath, [script, dataDir], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  later(async () => void (child.exitCode ?? child.signalCode ?? child.kill('SIGKILL')));
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return { process: child, lines, ...(JSON.parse(line) as { url: string; location: string }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function millisecondsUntilGone(url: string): Promise<number> {
  const since = performance.now();
  while (performance.now() - since < 10_000) {
    const refused = await ask(url, 'select 1').then(
      () => false,
      (error: Error) => error.message.includes('ECONNREFUSED'),
    );
    if (refused) return performance.now() - since;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return Infinity;
}

/** Process ids whose command line holds all the words. */
function processesWith(...words: string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const commandLine = commandLineOf(pid);
      return words.every((word) => commandLine.includes(word));
    })
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('when the process that holds the embedded PostgreSQL ends suddenly', () => {
  it('by SIGKILL: the database ends too, leaves no process, and starts again with what was committed', async () => {
    const dataDir = join(await scratchFolder(), 'db');
    const holder = await hold(dataDir);
    await ask(holder.url, 'create table kept as select 42 as value');

    await kill(holder.process);

    expect(await millisecondsUntilGone(holder.url)).toBeLessThan(5_000);
    const again = await start({ dataDir });
    expect(await ask(again.superuserUrl, 'select value from kept')).toEqual([{ value: 42 }]);
    await again.stop();
    expect(processesWith(holder.location)).toEqual([]);
  });

  it('by SIGKILL together with its watcher: the next start stops the orphan and uses its data', async () => {
    const dataDir = join(await scratchFolder(), 'db');
    const holder = await hold(dataDir);
    await ask(holder.url, 'create table kept as select 42 as value');
    const [watcher] = processesWith('database-watcher', holder.location);
    process.kill(watcher!, 'SIGKILL');
    await kill(holder.process);
    expect(await ask(holder.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);

    const said: string[] = [];
    const again = await start({ dataDir, onProgress: (message) => said.push(message) });

    expect(said).toContain('Stopping the database that a killed process left running');
    expect(await ask(again.superuserUrl, 'select value from kept')).toEqual([{ value: 42 }]);
  });

  it('by Ctrl-C on its whole group: the database stays until the process has drained', async () => {
    const holder = await hold(join(await scratchFolder(), 'db'));
    const said = once(holder.lines, 'line');
    const ended = once(holder.process, 'exit');

    process.kill(-holder.process.pid!, 'SIGINT');

    expect(await said).toEqual(['drained']);
    expect(await ended).toEqual([0, null]);
    expect(await millisecondsUntilGone(holder.url)).toBeLessThan(1_000);
  });
});
