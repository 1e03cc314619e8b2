import type { Clock, Uuid } from '#libs/kernel';

const most = 3;
const everyMs = 20_000;
const mostGrants = 10_000;

interface Allowance {
  left: number;
  filledAt: number;
}

/**
 * Limits how often a server can have a grant refreshed by calling its token refused: three times, then every 20 s. What
 * a refresh brings can be refused for some milliseconds by a slow replica of the provider, and each refresh may kill the
 * token that others hold.
 */
export class RejectedLimit {
  readonly #grants = new Map<Uuid, Allowance>();

  constructor(private readonly clock: Clock) {}

  /** Milliseconds to wait; 0 when the refresh may go on, which then counts. */
  take(grantId: Uuid): number {
    const now = this.clock.monotonic();
    const known = this.#grants.get(grantId) ?? { left: most, filledAt: now };
    const left = Math.min(most, known.left + (now - known.filledAt) / everyMs);
    if (left < 1) return (1 - left) * everyMs;
    this.#grants.delete(grantId);
    this.#grants.set(grantId, { left: left - 1, filledAt: now });
    if (this.#grants.size > mostGrants) this.#forgetOldest();
    return 0;
  }

  #forgetOldest(): void {
    const [oldest] = this.#grants.keys();
    if (oldest !== undefined) this.#grants.delete(oldest);
  }
}
