import type { Runtime } from './runtime.js';

/** When to try again. Times are milliseconds. */
export interface RetryPolicy {
  /** Repeats after the first try. */
  readonly maxRetries: number;
  /** Bound of the first wait; doubles with every try. */
  readonly baseDelayMs: number;
  /** No wait is longer. A platform that asks for more is not asked again by this call. */
  readonly maxDelayMs: number;
}

/** What may be repeated: an `idempotent` call always, a `once` call only while no byte of it can have left. */
export type Repeatable = 'idempotent' | 'once';

/** Why a try failed, as far as repeating is concerned. */
export type TryFailure =
  | { readonly kind: 'network'; readonly mayHaveLeft: boolean }
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: number | undefined };

/** 502 and 504 are how a gateway says that it lost the connection. */
const WORTH_REPEATING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function mayRepeat(repeatable: Repeatable, failure: TryFailure): boolean {
  if (failure.kind === 'network') return repeatable === 'idempotent' || !failure.mayHaveLeft;
  return repeatable === 'idempotent' && WORTH_REPEATING.has(failure.status);
}

/**
 * Full jitter: anywhere between nothing and the bound, since callers that failed together must not come back together.
 * With a `Retry-After` the spread is added to it, never taken from it.
 * @param attempt number of tries made so far, from 1
 * @returns milliseconds to wait, or undefined when the wait would be too long
 */
export function delayBeforeRetry(
  policy: RetryPolicy,
  attempt: number,
  retryAfter: number | undefined,
  random: Runtime['random'],
): number | undefined {
  const asked = (retryAfter ?? 0) * 1000;
  if (asked > policy.maxDelayMs) return undefined;
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return Math.min(policy.maxDelayMs, asked + random() * bound);
}
