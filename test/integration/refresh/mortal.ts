import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RefreshResult } from '#libs/token-refresh';
import type { MortalOrder } from './mortal-replica.js';

// Compiled, because a process of its own does not run under Jest.
const program = fileURLToPath(new URL('../../../dist/test/integration/refresh/mortal-replica.js', import.meta.url));

/** A refresh in a process that may die. */
export class Mortal {
  static readonly #alive = new Set<Mortal>();
  readonly #output: Buffer[] = [];

  private constructor(readonly process: ChildProcess) {
    Mortal.#alive.add(this);
    process.once('exit', () => Mortal.#alive.delete(this));
    process.stdout?.on('data', (chunk: Buffer) => this.#output.push(chunk));
  }

  static start(order: MortalOrder): Mortal {
    if (!existsSync(program)) throw new Error('This test runs a compiled program. Run "npm run build" first.');
    return new Mortal(
      spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  }

  /** Ends what a failed test left behind, stopped processes too: one of them would keep the whole run from ending. */
  static endAll(): void {
    for (const mortal of Mortal.#alive) mortal.kill('SIGKILL');
  }

  /** What it brought, or undefined when it died first. */
  async end(): Promise<RefreshResult | undefined> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'close');
    const text = Buffer.concat(this.#output).toString();
    return text === '' ? undefined : (JSON.parse(text) as RefreshResult);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}
