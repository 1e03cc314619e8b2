import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type Uuid } from '#libs/kernel';
import {
  claimForRevocation,
  findRefreshGrant,
  findUpstreamRevocation,
  releaseHold,
  type Hold,
  type UpstreamRevocationRow,
} from '#libs/persistence';
import { askProvider } from './ask-provider.js';
import { conclude, type UpstreamState } from './conclude.js';
import type { RevocationDeps } from './revocation-deps.js';

// Outlasts the refresh and the call made under it, each of which has a time-out of its own.
const leaseMs = 60_000;
const pollMs = 150;

/** Brings the news of a revocation to the provider. */
export class UpstreamRevoker {
  readonly #running = new Map<Uuid, Promise<UpstreamState>>();

  constructor(private readonly deps: RevocationDeps) {}

  /**
   * Tries one revocation, now. Waits at most `waitMs` for the outcome; `pending` then, while the attempt goes on.
   * Never throws: what failed is noted and tried again later.
   */
  async run(id: Uuid, { waitMs }: { readonly waitMs: number }): Promise<UpstreamState> {
    const running = this.#running.get(id) ?? this.#start(id, waitMs);
    const timer = new AbortController();
    const late = () => 'pending' as const;
    const timeout = sleep(waitMs, undefined, { signal: timer.signal, ref: false }).then(late, late);
    try {
      return await Promise.race([running, timeout]);
    } finally {
      timer.abort();
    }
  }

  /** Resolves when everything under way has ended. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  #start(id: Uuid, waitMs: number): Promise<UpstreamState> {
    const started = this.#attempt(id, waitMs)
      .catch((error: unknown) => {
        this.deps.logger.error({ err: error, revocation: id }, 'an upstream revocation could not be tried');
        return 'pending' as const;
      })
      .finally(() => this.#running.delete(id));
    this.#running.set(id, started);
    return started;
  }

  async #attempt(id: Uuid, waitMs: number): Promise<UpstreamState> {
    const { database, clock, random } = this.deps;
    const revocation = await findUpstreamRevocation(database, id);
    if (revocation?.status !== 'pending') return revocation?.status ?? 'revoked';
    // A pair that no grant holds can be revoked at any time; the grant's own must not cross with a refresh in flight.
    if (revocation.tokenSealed) return await this.#revoke(revocation);
    const hold = { grantId: revocation.grantId, leaseId: newId(clock, random) };
    const until = clock.monotonic() + waitMs;
    while (!(await claimForRevocation(database, hold, leaseMs))) {
      if (clock.monotonic() >= until) return 'pending';
      await sleep(pollMs);
    }
    try {
      // Whoever held the claim before may have done it.
      const current = await findUpstreamRevocation(database, id);
      return current?.status === 'pending' ? await this.#revoke(current, hold) : (current?.status ?? 'revoked');
    } finally {
      await releaseHold(database, hold);
    }
  }

  async #revoke(revocation: UpstreamRevocationRow, hold?: Hold): Promise<UpstreamState> {
    const grant = await findRefreshGrant(this.deps.database, revocation.grantId);
    if (!grant) throw new Error('a revocation has no grant');
    const said = await askProvider(this.deps, { revocation, grant, hold });
    return await conclude(this.deps, { revocation, grant }, said);
  }
}
