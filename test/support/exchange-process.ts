import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a program of `dist/` said before it ended by itself. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program with nothing but these variables in its environment, until it ends; kills it after `mostMs`. */
export async function runToEnd(entry: string, environment: Record<string, string>, mostMs = 10_000): Promise<Ended> {
  const child = start(entry, environment);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (output += String(text)));
  const timer = setTimeout(() => child.kill('SIGKILL'), mostMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, output };
}

/** The exchange app as the process that production runs. */
export class ExchangeProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Resolves when it is ready; `log` receives what it writes. */
  static async start(environment: Record<string, string>, log: string[]): Promise<ExchangeProcess> {
    const port = await freePort();
    const child = start('apps/exchange/src/main.js', { ...environment, TE_EXCHANGE_PORT: String(port) });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the exchange app ended with ${code}: ${log.slice(-5).join('')}`)));
      for (const stream of [child.stdout!, child.stderr!])
        stream.on('data', (text) => {
          log.push(String(text));
          if (String(text).includes('exchange is ready')) resolve();
        });
    });
    return new ExchangeProcess(child, `http://127.0.0.1:${port}`);
  }

  /** Ends it without a chance to do anything more. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }
}

function start(entry: string, environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [`${root}dist/${entry}`], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
