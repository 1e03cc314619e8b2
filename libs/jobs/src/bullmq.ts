import { createPostgresBackend, createRedisBackend, type BackendFactory, type ConnectionOptions } from 'bullmq';
import type { Secret } from '#libs/kernel';

/** Where jobs are kept between those who add them and those who run them. */
export interface QueueBackend {
  readonly backend: 'postgres' | 'redis';
  readonly url: Secret;
}

export interface BullmqParts {
  readonly options: { readonly connection: ConnectionOptions; readonly prefix?: string };
  readonly factory: BackendFactory;
}

// Braces keep all keys of the queue on one node of a Redis cluster.
const redisPrefix = '{te}';

/**
 * The one place that knows that there are two backends. Everything else of the library is used alike for both, which
 * its types do not say for a backend that is chosen at run time: hence the casts.
 */
export function bullmqParts({ backend, url }: QueueBackend, use: 'add' | 'run'): BullmqParts {
  if (backend === 'postgres') {
    const connection = { connectionString: url.reveal(), max: use === 'add' ? 2 : 4 };
    return {
      options: { connection: connection as ConnectionOptions },
      factory: createPostgresBackend as unknown as BackendFactory,
    };
  }
  // A producer learns at once that Redis is away; a worker waits for it to come back.
  const connection = { url: url.reveal(), maxRetriesPerRequest: use === 'add' ? 1 : null };
  return { options: { connection: connection as ConnectionOptions, prefix: redisPrefix }, factory: createRedisBackend };
}
