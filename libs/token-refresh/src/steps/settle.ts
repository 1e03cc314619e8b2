import { isAccessExpired } from '../need.js';
import type { RefreshReason, RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import { settleAfterProbe, settleUnknown, type Settlement } from '../unknown-outcome.js';
import { askAccessToken } from './ask-access-token.js';
import type { Claim } from './claim.js';
import { waitForOldToken } from './fail-later.js';
import { giveUp } from './give-up.js';
import type { Found } from './reread.js';
import { withoutRefresh } from './without-refresh.js';

/** Settles what comes before a spend: an earlier one without an answer, or nothing to spend. Undefined: go on. */
export async function settle(
  deps: RefreshDeps,
  claim: Claim,
  found: Found,
  because: RefreshReason,
): Promise<RefreshResult | undefined> {
  if (!found.canRefresh) return await withoutRefresh(deps, claim, found, because);
  const settlement = await settlementOf(deps, found);
  if (settlement === 'give_up') return await giveUp(deps, claim, found, 'reply_lost');
  if (settlement === 'wait') return await waitForOldToken(deps, claim, found);
  return undefined;
}

async function settlementOf(deps: RefreshDeps, found: Found): Promise<Settlement> {
  const { grant, definition } = found;
  if (grant.indeterminateSince === null || !definition.refresh) return 'spend';
  const unknown = {
    refresh: definition.refresh,
    ageMs: grant.now.getTime() - grant.indeterminateSince.getTime(),
    deadlineMs: deps.times.deadlineMs,
    accessExpired: isAccessExpired(grant),
  };
  const first = settleUnknown(unknown);
  return first === 'probe' ? settleAfterProbe(unknown, await askAccessToken(deps, found)) : first;
}
