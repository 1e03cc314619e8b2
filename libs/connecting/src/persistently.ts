import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLoss } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

const delaysMs = [100, 400, 1_000, 2_000];

/** Repeats a write that must not be lost while the database is away for a moment. The work has to bear repetition. */
export async function persistently<T>(logger: Logger, work: () => Promise<T>): Promise<T> {
  for (const delay of delaysMs) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      logger.warn({ err: error, delay }, 'a write that must not be lost is repeated');
      await sleep(delay);
    }
  }
  return await work();
}
