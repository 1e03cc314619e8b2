import { releaseHold } from '#libs/persistence';
import { isAccessExpired } from '../need.js';
import { unavailable, type RefreshReason, type RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Claim } from './claim.js';
import { giveUp } from './give-up.js';
import type { Found } from './reread.js';
import { askAccessToken } from './ask-access-token.js';

/** A grant without a refresh token: it lives as long as its access token does, and only that can be asked. */
export async function withoutRefresh(
  deps: RefreshDeps,
  claim: Claim,
  found: Found,
  because: RefreshReason,
): Promise<RefreshResult> {
  if (isAccessExpired(found.grant)) return await giveUp(deps, claim, found, 'no_refresh_token');
  const life = because === 'rejected' ? await askAccessToken(deps, found) : 'alive';
  if (life === 'dead') return await giveUp(deps, claim, found, 'access_token_dead');
  await releaseHold(deps.database, claim.hold);
  return unavailable(life === 'alive' ? 'no_refresh_token' : 'provider_unavailable', 60_000);
}
