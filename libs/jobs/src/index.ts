export { JobQueue, type NewJob, type QueueOptions } from './job-queue.js';
export { JobWorker, type WorkerOptions } from './job-worker.js';
export type { QueueBackend } from './bullmq.js';
