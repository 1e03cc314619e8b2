import { JobQueue, JobWorker, type NewJob, type QueueBackend } from '#libs/jobs';
import type { Logger } from '#libs/telemetry';

export interface Work {
  readonly name: string;
  readonly concurrency: number;
  /** Runs one piece of work; harmless when it was done already. */
  readonly run: (data: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** While the queue is away a sweep does this many pieces by itself. */
const withoutQueue = 20;

/**
 * Spreads work over all replicas. The queue only wakes them up: what is to be done stands in PostgreSQL, a sweep finds
 * it again, and a queue that is away makes the work slower and loses nothing.
 */
export class WorkQueue {
  readonly #queue: JobQueue;
  #worker: JobWorker | undefined;

  constructor(
    private readonly backend: QueueBackend,
    private readonly work: Work,
    private readonly logger: Logger,
  ) {
    this.#queue = new JobQueue(backend, { name: work.name, onError: this.#onError });
  }

  start(): void {
    const { name, concurrency, run } = this.work;
    this.#worker = new JobWorker(this.backend, { name, concurrency, run, onError: this.#onError });
  }

  async add(jobs: readonly NewJob[]): Promise<void> {
    try {
      await this.#queue.add(jobs);
    } catch (error) {
      this.#onError(error);
      for (const job of jobs.slice(0, withoutQueue)) await this.work.run(job.data);
    }
  }

  /** Takes no more jobs and waits for those under way, for `graceMs` at most. */
  async drain(graceMs: number): Promise<void> {
    await this.#worker?.close(graceMs);
  }

  async close(): Promise<void> {
    await this.#queue.close().catch(this.#onError);
  }

  readonly #onError = (error: unknown): void => {
    this.logger.warn({ err: error, queue: this.work.name }, 'the queue has a problem');
  };
}
