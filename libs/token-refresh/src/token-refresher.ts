import { setTimeout as sleep } from 'node:timers/promises';
import type { RefreshGrantRow } from '#libs/persistence';
import { Coalescer } from './coalescer.js';
import { ProviderGate } from './provider-gate.js';
import { held, unavailable, type Attempt, type RefreshCall, type RefreshResult } from './refresh-call.js';
import type { AttemptFact, RefreshDeps, TokenRefresherDeps } from './refresh-deps.js';
import { refreshGrant } from './refresh-grant.js';
import { refreshTimes } from './refresh-times.js';
import { RejectedLimit } from './rejected-limit.js';
import { Steps } from './steps.js';

/** Gets new token pairs, each refresh token being spent at most once whatever happens. One per process. */
export class TokenRefresher {
  readonly #attempts = new Coalescer<Attempt>();
  readonly #shared: Omit<RefreshDeps, 'note'>;
  #closed = false;

  constructor(private readonly deps: TokenRefresherDeps) {
    this.#shared = {
      ...deps,
      times: deps.times ?? refreshTimes,
      gate: new ProviderGate(deps.clock),
      rejected: new RejectedLimit(deps.clock),
    };
  }

  /**
   * Brings a newer pair than the one the caller knows, or says why there is none. Everybody who asks for the same grant
   * shares one attempt; an attempt goes on when its callers have stopped waiting. Never throws.
   */
  async refresh(call: RefreshCall): Promise<RefreshResult> {
    const { clock } = this.deps;
    const until = clock.monotonic() + call.waitMs;
    for (;;) {
      const attempt = await within(this.#attempt(call), until - clock.monotonic());
      if (attempt === undefined) return unavailable('busy', 1_000);
      if (attempt.kind !== 'held' && !isOlderNews(attempt, call)) return attempt;
      if (clock.monotonic() >= until) return unavailable('busy', 1_000);
    }
  }

  /** Takes no more work, and resolves when every attempt under way has stored what it brought. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#attempts.settled();
  }

  async #attempt(call: RefreshCall): Promise<Attempt> {
    const steps = new Steps(this.deps.steps, call.grantId);
    return await steps.run('coalesce', () =>
      this.#attempts.join(call.grantId, async () => {
        if (this.#closed) return unavailable('shutting_down', 1_000);
        return await this.#run(call, steps);
      }),
    );
  }

  async #run(call: RefreshCall, steps: Steps): Promise<Attempt> {
    const note = (grant: RefreshGrantRow, outcome: AttemptFact['outcome']) =>
      this.deps.onAttempt?.({ provider: grant.provider, because: call.because, outcome });
    try {
      return await refreshGrant({ ...this.#shared, note }, steps, call);
    } catch (error) {
      this.deps.logger.error({ err: error, grant: call.grantId }, 'a refresh could not be decided');
      return unavailable('internal', 1_000);
    }
  }
}

/** Somebody else's attempt, who knew less than this caller, brought nothing newer. */
function isOlderNews(attempt: RefreshResult, call: RefreshCall): boolean {
  return attempt.kind === 'fresh' && call.because !== 'scheduled' && attempt.generation <= call.knownGeneration;
}

async function within(attempt: Promise<Attempt>, ms: number): Promise<Attempt | undefined> {
  const timer = new AbortController();
  const timeout = sleep(Math.max(0, ms), undefined, { signal: timer.signal, ref: false }).catch(() => held);
  try {
    return await Promise.race([attempt, timeout]);
  } finally {
    timer.abort();
  }
}
