import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Repeats a write that must not be lost for as long as the database is away and the process lives: the caller may have
 * hung up long ago, but a code that was spent is not given a second time. The work has to bear repetition.
 */
export async function persistently<T>(logger: Logger, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      logger.error({ err: error, tries: tries + 1 }, 'a write that must not be lost is repeated');
      await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)));
    }
  }
}
