import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, type IQueueBackend } from 'bullmq';
import { bullmqParts, type QueueBackend } from './bullmq.js';

export interface WorkerOptions {
  readonly name: string;
  /** Jobs at a time. */
  readonly concurrency: number;
  /** Runs one job. A job may be run twice: the queue is at least once. What is thrown goes to `onError`. */
  readonly run: (data: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onError: (error: Error) => void;
}

export class JobWorker {
  readonly #worker: Worker<object, unknown, string, IQueueBackend>;

  constructor(backend: QueueBackend, { name, concurrency, run, onError }: WorkerOptions) {
    const { options, factory } = bullmqParts(backend, 'run');
    this.#worker = new Worker(
      name,
      (job) => run(job.data as Record<string, unknown>),
      { ...options, concurrency },
      factory,
    );
    this.#worker.on('error', onError);
    this.#worker.on('failed', (_job, error) => onError(error));
  }

  /** Takes no more jobs and waits for those under way, but for `graceMs` at most: closing hangs while Redis is away. */
  async close(graceMs: number): Promise<void> {
    const timer = new AbortController();
    const late = sleep(graceMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const closed = this.#worker.close().then(() => 'closed' as const);
    // Nobody waits any more when it is late; a second, forced close would only join the first.
    closed.catch(() => undefined);
    await Promise.race([closed, late]);
    timer.abort();
  }
}
