import { appendAudit } from '#libs/audit';
import { findRefreshGrant, markNeedsReauth } from '#libs/persistence';
import { grantEvent } from '../events.js';
import { unavailable, type RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Claim } from './claim.js';
import type { Found } from './reread.js';

/**
 * Marks the grant as dead, once, with one event; unless somebody's newer pair, or a revocation, was first: then that is
 * the answer.
 */
export async function giveUp(
  deps: RefreshDeps,
  claim: Claim,
  { grant }: Found,
  reason: string,
): Promise<RefreshResult> {
  const marked = await deps.database.transaction(async (tx) => {
    const first = await markNeedsReauth(tx, claim.hold, grant.generation, reason);
    if (first) {
      await appendAudit(tx, grantEvent(deps, grant, { kind: 'connection.needs_reauth', outcome: 'failed', reason }));
    }
    return first;
  });
  if (marked) {
    deps.note(grant, 'needs_reauth');
    return { kind: 'needs_reauth', reason };
  }
  const current = await findRefreshGrant(deps.database, grant.id);
  if (!current || current.status === 'revoked') return { kind: 'needs_reauth', reason: 'revoked' };
  if (current.generation > grant.generation) return { kind: 'fresh', generation: current.generation };
  // Somebody else holds the claim and will settle it.
  return unavailable('busy', deps.times.leaseMs);
}
