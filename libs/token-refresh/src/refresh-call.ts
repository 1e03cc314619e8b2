import type { Uuid } from '#libs/kernel';

/** Why somebody wants a new token pair. */
export type RefreshReason = 'expired' | 'min_validity' | 'rejected' | 'scheduled';

export interface RefreshCall {
  readonly grantId: Uuid;
  readonly because: RefreshReason;
  /** Generation of the pair that is not good enough; a newer one answers the call without a spend. */
  readonly knownGeneration: number;
  /** How long the caller waits, in milliseconds. The attempt itself goes on without him. */
  readonly waitMs: number;
}

/** What a caller learns. `reason` is a word of ours or the provider's error code. */
export type RefreshResult =
  | { readonly kind: 'fresh'; readonly generation: number }
  | { readonly kind: 'needs_reauth'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number; readonly reason: string };

/** What one attempt brings: a result, or the news that another replica is at it. */
export type Attempt = RefreshResult | { readonly kind: 'held' };

export const held: Attempt = { kind: 'held' };

export function unavailable(reason: string, retryAfterMs: number): RefreshResult {
  return { kind: 'unavailable', reason, retryAfterMs: Math.max(0, Math.ceil(retryAfterMs)) };
}
