import type { Logger } from '#libs/telemetry';

export interface PeriodicTask {
  /** For the log. */
  readonly name: string;
  readonly everyMs: number;
  /** What it throws is logged, and it is run again at its time. */
  readonly run: () => Promise<unknown>;
}

/** Runs a task again and again, never twice at a time. */
export class Periodically {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly task: PeriodicTask,
    private readonly logger: Logger,
  ) {}

  /** Runs it at once, and then with pauses of `everyMs`. */
  start(): void {
    if (this.#stopped) return;
    this.#running = this.#turn();
  }

  /** Runs it no more; resolves when the turn under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.task.run();
    } catch (error) {
      this.logger.error({ err: error, task: this.task.name }, 'a periodic task failed');
    }
    if (!this.#stopped) this.#timer = setTimeout(() => this.start(), this.task.everyMs);
  }
}
