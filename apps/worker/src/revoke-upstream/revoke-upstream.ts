import { listDueRevocations, type Database } from '#libs/persistence';
import type { Revocations } from '#libs/revocation';
import type { WorkQueue } from '../work-queue.js';

const mostFound = 200;
const jobWaitMs = 20_000;

/** Finds the revocations that providers have not heard of yet. */
export class SweepRevocations {
  constructor(
    private readonly database: Database,
    private readonly queue: WorkQueue,
  ) {}

  async execute(): Promise<void> {
    const ids = await listDueRevocations(this.database, mostFound);
    await this.queue.add(ids.map((id) => ({ id, data: { revocation: id } })));
  }
}

/** Tries one; what fails stands in its row and is found again at its time. */
export class RevokeUpstream {
  constructor(private readonly revocations: Revocations) {}

  async execute({ revocation }: Readonly<Record<string, unknown>>): Promise<void> {
    if (typeof revocation !== 'string') return;
    await this.revocations.runUpstreamRevocation(revocation, { waitMs: jobWaitMs });
  }
}
