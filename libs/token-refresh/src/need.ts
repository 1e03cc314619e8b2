import type { RefreshGrantRow } from '#libs/persistence';
import { refreshDueAt, type PairFacts, type ProviderDefinition } from '#libs/providers';
import { held, unavailable, type Attempt, type RefreshCall } from './refresh-call.js';

/** A token that ends within this time counts as ended: it would die on its way. Milliseconds. */
const expiryFloorMs = 10_000;

export type Need =
  /** The call is answered without a spend. */
  | { readonly kind: 'answer'; readonly attempt: Attempt }
  /** Not due; undefined means never. */
  | { readonly kind: 'reschedule'; readonly at: Date | undefined }
  /** There is nothing to refresh with: only the access token itself can say whether it lives. */
  | { readonly kind: 'no_refresh' }
  | { readonly kind: 'spend' };

/** What a call needs, seen from the row alone. Pure: asked before the claim, and again under it. */
export function needOf(grant: RefreshGrantRow, definition: ProviderDefinition | undefined, call: RefreshCall): Need {
  const answer = answered(grant, definition, call);
  if (answer !== undefined || definition === undefined) return { kind: 'answer', attempt: answer ?? held };
  const canRefresh = grant.refreshTokenSealed !== null && definition.refresh !== undefined;
  if (call.because === 'scheduled' && !(isUnsettled(grant) && canRefresh)) {
    const at = refreshDueAt(definition, pairOf(grant, canRefresh));
    if (at === undefined || at > grant.now) return { kind: 'reschedule', at };
  }
  return { kind: canRefresh ? 'spend' : 'no_refresh' };
}

/** A spend without an answer: due at once, whatever the schedule says. */
function isUnsettled(grant: RefreshGrantRow): boolean {
  return grant.refreshState === 'spending' || grant.refreshState === 'indeterminate';
}

function pairOf(grant: RefreshGrantRow, hasRefreshToken: boolean): PairFacts {
  const { id: grantId, generation, hot, obtainedAt } = grant;
  const accessExpiresAt = grant.accessExpiresAt ?? undefined;
  const refreshExpiresAt = grant.refreshExpiresAt ?? undefined;
  return { grantId, generation, hot, obtainedAt, hasRefreshToken, accessExpiresAt, refreshExpiresAt };
}

function answered(
  grant: RefreshGrantRow,
  definition: ProviderDefinition | undefined,
  call: RefreshCall,
): Attempt | undefined {
  if (grant.status === 'revoked') return { kind: 'needs_reauth', reason: 'revoked' };
  if (grant.status === 'needs_reauth') return { kind: 'needs_reauth', reason: grant.reauthReason ?? 'unknown' };
  if (grant.generation > call.knownGeneration) return { kind: 'fresh', generation: grant.generation };
  // A grant that nobody may use is not kept alive; it ends with its last consent.
  if (!grant.consented) return unavailable('no_consent', 60_000);
  if (definition === undefined || grant.registrationDisabled) return unavailable('registration_disabled', 60_000);
  if (grant.retryAt !== null && grant.retryAt > grant.now) {
    return unavailable(grant.lastFailure ?? 'backing_off', grant.retryAt.getTime() - grant.now.getTime());
  }
  return undefined;
}

export function isAccessExpired(grant: RefreshGrantRow): boolean {
  return grant.accessExpiresAt !== null && grant.accessExpiresAt.getTime() - grant.now.getTime() <= expiryFloorMs;
}
