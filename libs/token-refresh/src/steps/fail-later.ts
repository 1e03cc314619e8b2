import { appendAudit } from '#libs/audit';
import { noteRefreshFailure } from '#libs/persistence';
import { backoffMs, backoffs, imposedMs } from '../backoff.js';
import { grantEvent } from '../events.js';
import { unavailable, type RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Verdict } from '../verdict.js';
import type { Claim } from './claim.js';
import type { Found } from './reread.js';

/** The attempt failed and the grant is not dead: back off, and give the claim back. */
export async function failLater(
  deps: RefreshDeps,
  claim: Claim,
  found: Found,
  verdict: Verdict & { readonly kind: 'operator' | 'transient' | 'unknown' },
): Promise<RefreshResult> {
  const { kind, reason, retryAfterMs } = verdict;
  const own = backoffMs(backoffs[kind], found.grant.failureCount, deps.random);
  const retryInMs = imposedMs(own, retryAfterMs, deps.random);
  await note(deps, claim, found, { reason, retryInMs, unknown: kind === 'unknown' });
  deps.note(found.grant, kind);
  return unavailable(reason, retryInMs);
}

/** The old access token may live: it is served meanwhile, and asked again later. */
export async function waitForOldToken(deps: RefreshDeps, claim: Claim, found: Found): Promise<RefreshResult> {
  const retryInMs = backoffMs(backoffs.waiting, found.grant.failureCount, deps.random);
  await note(deps, claim, found, { reason: 'outcome_unknown', retryInMs, unknown: true });
  return unavailable('outcome_unknown', retryInMs);
}

async function note(
  deps: RefreshDeps,
  claim: Claim,
  { grant }: Found,
  failure: { readonly reason: string; readonly retryInMs: number; readonly unknown: boolean },
): Promise<void> {
  const event = grantEvent(deps, grant, {
    kind: 'token.refresh_failed',
    outcome: 'failed',
    reason: failure.unknown ? 'outcome_unknown' : failure.reason,
    details: { attempt: claim.hold.leaseId, code: failure.reason },
  });
  await deps.database.transaction(async (tx) => {
    await noteRefreshFailure(tx, claim.hold, { ...failure, leaseMs: deps.times.leaseMs });
    await appendAudit(tx, event);
  });
}
