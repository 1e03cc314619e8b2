import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StartRefused } from '../settings.js';
import type { Service } from './environments.js';

const dist = fileURLToPath(new URL('../../../../', import.meta.url));
const readyWithinMs = 30_000;
// Longer than any program waits for an answer that a provider owes it.
const stopWithinMs = 15_000;

interface Running {
  readonly service: Service;
  readonly process: ChildProcess;
  readonly log: string;
}

/** Runs the programs of the installation as processes of their own, each with its log, and stops them together. */
export class Children {
  private readonly running: Running[] = [];
  private stopping = false;

  constructor(
    private readonly logDir: string,
    private readonly onCrash: (error: StartRefused) => void,
  ) {}

  /** Starts all at once and waits until each is ready. Throws StartRefused with the end of the log of one that is not. */
  async start(services: readonly Service[]): Promise<void> {
    await mkdir(this.logDir, { recursive: true });
    const started = services.map((service) => this.spawn(service));
    await Promise.all(started.map((one) => this.waitUntilReady(one)));
  }

  /** Asks every program to finish what it is doing, the latest started first; ends those that do not. */
  async stop(): Promise<void> {
    this.stopping = true;
    const alive = this.running.filter(({ process }) => isAlive(process));
    for (const { process } of alive) process.kill('SIGTERM');
    await Promise.all(
      alive.map(async ({ process }) => {
        const exited = isAlive(process) ? once(process, 'exit') : undefined;
        await Promise.race([exited, delay(stopWithinMs, undefined, { ref: false })]);
        if (isAlive(process)) process.kill('SIGKILL');
      }),
    );
  }

  private spawn(service: Service): Running {
    const log = join(this.logDir, `${service.name}.log`);
    const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
    const child = spawn(process.execPath, [join(dist, service.entry)], {
      env: service.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches us alone, and we stop the programs in order.
      detached: true,
    });
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    const running = { service, process: child, log };
    child.once('exit', (code, signal) => void this.ended(running, code ?? signal));
    this.running.push(running);
    return running;
  }

  private async ended(running: Running, how: number | string | null): Promise<void> {
    if (this.stopping) return;
    this.onCrash(await crash(running, `ended (${how})`));
  }

  private async waitUntilReady(running: Running): Promise<void> {
    const deadline = performance.now() + readyWithinMs;
    while (performance.now() < deadline) {
      if (!isAlive(running.process)) throw await crash(running, 'ended before it was ready');
      if (await isReady(running.service.readyUrl)) return;
      await delay(100);
    }
    throw await crash(running, `was not ready within ${readyWithinMs / 1000} s`);
  }
}

/** Whether the address answers 200 right now. */
export async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function crash({ service, log }: Running, what: string): Promise<StartRefused> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const end = text.trimEnd().split('\n').slice(-8).join('\n');
  return new StartRefused(`${service.name} ${what}. The end of ${log}:\n${end}`);
}
