import { Queue, type IQueueBackend } from 'bullmq';
import { bullmqParts, type QueueBackend } from './bullmq.js';

/** A wake-up: what it is about is looked up when it is run, so that nothing of value is in a queue. */
export interface NewJob {
  /** While a job with this id waits or runs, adding it again changes nothing. `[A-Za-z0-9._-]{1,200}`. */
  readonly id: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface QueueOptions {
  readonly name: string;
  /** Called for what goes wrong behind the scenes, such as a lost connection. */
  readonly onError: (error: Error) => void;
}

const idForm = /^[\w.-]{1,200}$/;

export class JobQueue {
  readonly #queue: Queue<object, unknown, string, object, unknown, string, IQueueBackend>;

  constructor(backend: QueueBackend, { name, onError }: QueueOptions) {
    const { options, factory } = bullmqParts(backend, 'add');
    // A finished job is forgotten, so that its id can come again; who failed is found by the next sweep.
    const defaultJobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };
    this.#queue = new Queue(name, { ...options, defaultJobOptions }, factory);
    this.#queue.on('error', onError);
  }

  /** Rejects when the backend is away. Throws RangeError on an id with other characters. */
  async add(jobs: readonly NewJob[]): Promise<void> {
    const wrong = jobs.find((job) => !idForm.test(job.id));
    if (wrong) throw new RangeError('job id must be 1 to 200 of letters, digits, ".", "_" and "-"');
    // One by one: in bulk the PostgreSQL backend makes temporary tables, a right that the worker does not have.
    await Promise.all(jobs.map(({ id, data }) => this.#queue.add(this.#queue.name, data, { jobId: id })));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
