import { appendAudit } from '#libs/audit';
import { SealBroken } from '#libs/crypto';
import { releaseHold } from '#libs/persistence';
import { ProviderError } from '#libs/providers';
import { grantEvent } from '../events.js';
import { isAccessExpired } from '../need.js';
import { NotNow } from '../provider-gate.js';
import { held, unavailable, type Attempt, type RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import { settleAfterRefusal } from '../unknown-outcome.js';
import { verdictOf } from '../verdict.js';
import { askAccessToken } from './ask-access-token.js';
import type { Claim } from './claim.js';
import { failLater, waitForOldToken } from './fail-later.js';
import { giveUp } from './give-up.js';
import { StaleClaim } from './recheck.js';
import type { Found } from './reread.js';

/** Decides what a failed attempt means for the grant, and gives the claim back. */
export async function classify(deps: RefreshDeps, claim: Claim, found: Found, error: unknown): Promise<Attempt> {
  if (error instanceof StaleClaim) {
    await releaseHold(deps.database, claim.hold);
    // Nothing was sent, and somebody else may have been at work: whoever still waits looks again.
    return held;
  }
  if (error instanceof NotNow) {
    await releaseHold(deps.database, claim.hold);
    return unavailable(error.reason, error.retryAfterMs);
  }
  await tell(deps, found, error);
  const { kind, ...verdict } = verdictOf(error);
  if (kind === 'reconnect') return await refused(deps, claim, found, verdict.reason);
  return await failLater(deps, claim, found, { kind, ...verdict });
}

/** The provider called the refresh token dead. After an unknown outcome that was to be expected, and proves little. */
async function refused(deps: RefreshDeps, claim: Claim, found: Found, code: string): Promise<RefreshResult> {
  const { grant } = found;
  if (grant.indeterminateSince === null) return await giveUp(deps, claim, found, code);
  const life = isAccessExpired(grant) ? 'dead' : await askAccessToken(deps, found);
  if (settleAfterRefusal(life) === 'give_up') return await giveUp(deps, claim, found, 'reply_lost');
  return await waitForOldToken(deps, claim, found);
}

/** Those who watch the provider, the process and the log. */
async function tell(deps: RefreshDeps, { grant }: Found, error: unknown): Promise<void> {
  if (error instanceof ProviderError) {
    if (error.class === 'reconnect' && error.outcome === 'rejected') deps.gate.succeeded(grant.registrationId);
    else deps.gate.failed(grant.registrationId, error.retryAfterMs);
    return;
  }
  deps.logger.error({ err: error, grant: grant.id }, 'a refresh failed for a reason of our own');
  // Bytes that were moved or changed are for the auditors to see (R45).
  if (error instanceof SealBroken) {
    await appendAudit(deps.database, grantEvent(deps, grant, { kind: 'crypto.seal_broken', outcome: 'failed' }));
  }
}
