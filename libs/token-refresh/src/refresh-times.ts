/**
 * The clockwork of the protocol, all in milliseconds and all durations: replicas never compare clocks.
 *
 * A holder counts `deadlineMs` from before it sent its claim, and lets no byte of the refresh token leave after it. The
 * database counts `leaseMs` from when the claim arrived, so the lease outlasts the deadline by at least the difference
 * of 20 s. That margin is for the bytes that are on their way, for the provider's work on them, and for the answer.
 * A holder that is paused for longer finds its deadline passed when it wakes.
 */
export interface RefreshTimes {
  readonly deadlineMs: number;
  readonly leaseMs: number;
  /** Between two looks at a grant that another replica holds. */
  readonly pollMs: number;
}

export const refreshTimes: RefreshTimes = { deadlineMs: 10_000, leaseMs: 30_000, pollMs: 150 };

/**
 * How long a process that ends waits for what it has sent: as long as an answer can take, and a moment to store it.
 * Cutting a refresh short could lose the only copy of a token pair. Milliseconds.
 */
export const longestDrainMs = refreshTimes.deadlineMs + 2_000;
