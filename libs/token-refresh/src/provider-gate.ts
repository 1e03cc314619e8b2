import type { Clock, Uuid } from '#libs/kernel';

// Per registration and process; a provider counts by app, not by machine.
const perSecond = 20;
const burst = 40;
/** Scheduled refreshes leave this share of the bucket to callers who wait. */
const reserve = 0.5;
const failuresToOpen = 5;
const firstPauseMs = 5_000;
const longestPauseMs = 60_000;
const longestTryMs = 15_000;

interface Lane {
  tokens: number;
  filledAt: number;
  failures: number;
  pausedUntil: number;
  /** Until when the one call that tries out a failing provider is waited for. */
  tryingUntil: number;
}

/** Thrown before anything was spent: the provider is to be left alone for a while. */
export class NotNow extends Error {
  override readonly name = 'NotNow';

  constructor(
    readonly reason: 'rate_budget' | 'circuit_open',
    readonly retryAfterMs: number,
  ) {
    super(`refreshes are held back: ${reason}`);
  }
}

/**
 * Keeps one registration's calls within a rate, and stops them for a while when the provider fails again and again or
 * asks for it. Lives in this process alone: it protects the provider, not the grant.
 */
export class ProviderGate {
  readonly #lanes = new Map<Uuid, Lane>();

  constructor(private readonly clock: Clock) {}

  /** Takes one call out of the budget. @throws NotNow */
  admit(registrationId: Uuid, scheduled: boolean): void {
    const lane = this.#lane(registrationId);
    const now = this.clock.monotonic();
    if (now < lane.pausedUntil) throw new NotNow('circuit_open', lane.pausedUntil - now);
    const probing = lane.failures >= failuresToOpen;
    if (probing && now < lane.tryingUntil) throw new NotNow('circuit_open', lane.tryingUntil - now);
    const floor = scheduled ? burst * reserve : 0;
    if (lane.tokens < floor + 1) throw new NotNow('rate_budget', ((floor + 1 - lane.tokens) / perSecond) * 1000);
    lane.tokens -= 1;
    if (probing) lane.tryingUntil = now + longestTryMs;
  }

  succeeded(registrationId: Uuid): void {
    const lane = this.#lane(registrationId);
    lane.failures = 0;
    lane.tryingUntil = 0;
  }

  /** `retryAfterMs`: the provider itself asks for quiet. */
  failed(registrationId: Uuid, retryAfterMs?: number): void {
    const lane = this.#lane(registrationId);
    lane.failures += 1;
    lane.tryingUntil = 0;
    const pauses = lane.failures - failuresToOpen;
    const own = pauses < 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(pauses, 10));
    const pause = Math.max(own, Math.min(retryAfterMs ?? 0, longestPauseMs));
    lane.pausedUntil = Math.max(lane.pausedUntil, this.clock.monotonic() + pause);
  }

  #lane(registrationId: Uuid): Lane {
    const now = this.clock.monotonic();
    const fresh: Lane = { tokens: burst, filledAt: now, failures: 0, pausedUntil: 0, tryingUntil: 0 };
    const lane = this.#lanes.get(registrationId) ?? fresh;
    this.#lanes.set(registrationId, lane);
    lane.tokens = Math.min(burst, lane.tokens + ((now - lane.filledAt) / 1000) * perSecond);
    lane.filledAt = now;
    return lane;
  }
}
