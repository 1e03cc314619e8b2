import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressesOf, type Addresses } from '../../apps/standalone/src/addresses.js';
import { freePorts } from './free-ports.js';

const main = fileURLToPath(new URL('../../dist/apps/standalone/src/main.js', import.meta.url));

/** `npm start` as a process of its own, in a folder and on ports of its own. */
export class Standalone {
  output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly dataDir: string,
    readonly at: Addresses,
  ) {
    const keep = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  static async spawn(...args: string[]): Promise<Standalone> {
    const dataDir = await mkdtemp(join(tmpdir(), 'token-exchanger-e2e-'));
    await chmod(dataDir, 0o755);
    const [connections = 0, exchange = 0, worker = 0, sandbox = 0, notes = 0, database = 0] = await freePorts(6);
    const ports = { connections, exchange, worker, sandbox, notes, database };
    const child = spawn(process.execPath, [main, ...args], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        TE_DATA_DIR: dataDir,
        TE_CONNECTIONS_PORT: String(connections),
        TE_EXCHANGE_PORT: String(exchange),
        TE_WORKER_PORT: String(worker),
        SANDBOX_PORT: String(sandbox),
        NOTES_PORT: String(notes),
        TE_DATABASE_PORT: String(database),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Standalone(child, dataDir, addressesOf(ports));
  }

  /** Waits until the output contains `text`; fails when the process ends first. */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended without saying "${text}":\n${this.output}`);
      await Promise.race([once(this.child.stdout!, 'data'), once(this.child, 'exit')]);
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** What one of its programs logged. */
  async logOf(name: string): Promise<string> {
    return await readFile(join(this.dataDir, 'logs', `${name}.log`), 'utf8');
  }

  async keys(): Promise<{ serverKey: string; auditorKey: string }> {
    return JSON.parse(await readFile(join(this.dataDir, 'demo-keys.json'), 'utf8')) as {
      serverKey: string;
      auditorKey: string;
    };
  }

  /** Stops it as Ctrl-C does, and removes its folder. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill('SIGINT');
    const code = await this.exitCode();
    await rm(this.dataDir, { recursive: true, force: true });
    return code;
  }
}
