import type { Clock } from '#libs/kernel';
import {
  listDueGrants,
  listUnsettledGrants,
  releaseLapsedClaims,
  rescheduleRefresh,
  type Database,
} from '#libs/persistence';
import type { TokenRefresher } from '#libs/token-refresh';
import type { WorkQueue } from '../work-queue.js';

// Found by one sweep; what is left is found by the next.
const mostFound = 500;
// An attempt ends within its deadline; a job waits a little longer for it.
const jobWaitMs = 15_000;
const shortestPauseMs = 5_000;

/** Finds the grants that somebody must look at. Reads only; which replica acts is decided by the claim. */
export class SweepDueGrants {
  constructor(
    private readonly database: Database,
    private readonly queue: WorkQueue,
  ) {}

  async execute(): Promise<void> {
    await releaseLapsedClaims(this.database);
    const unsettled = await listUnsettledGrants(this.database, mostFound);
    const due = await listDueGrants(this.database, mostFound);
    const jobs = [...unsettled, ...due].map(({ id, generation }) => ({
      id: `${id}.${generation}`,
      data: { grant: id, generation },
    }));
    await this.queue.add(jobs);
  }
}

/** Has one grant refreshed, if it is still due when its turn comes. */
export class RefreshDueGrant {
  constructor(
    private readonly database: Database,
    private readonly refresher: TokenRefresher,
    private readonly clock: Clock,
  ) {}

  async execute({ grant, generation }: Readonly<Record<string, unknown>>): Promise<void> {
    if (typeof grant !== 'string' || typeof generation !== 'number') return;
    const result = await this.refresher.refresh({
      grantId: grant,
      because: 'scheduled',
      knownGeneration: generation,
      waitMs: jobWaitMs,
    });
    if (result.kind !== 'unavailable') return;
    // A provider that is held back must not keep the sweep from finding others.
    const pauseMs = Math.max(shortestPauseMs, result.retryAfterMs);
    await rescheduleRefresh(this.database, grant, generation, new Date(this.clock.now().getTime() + pauseMs));
  }
}
