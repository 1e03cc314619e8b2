import type { TokensToRevoke } from '#libs/providers';
import { fetchPair } from './fetch-pair.js';
import { readPair } from './pair-text.js';
import type { RevocationDeps } from './revocation-deps.js';
import { grantTokenContext, revocationContext } from './seal-contexts.js';
import type { ToRevoke } from './to-revoke.js';

/** A token that ends within this time counts as ended. Milliseconds. */
const expiryFloorMs = 5_000;

/**
 * The tokens to revoke: those kept with the revocation, else the grant's own. Where the provider needs a living access
 * token and ours has ended, a new pair is fetched first and kept before it is used. Empty when nothing lives.
 * @throws KeyUnavailable, SealBroken, ProviderError, PairLost
 */
export async function pairToRevoke(deps: RevocationDeps, to: ToRevoke): Promise<TokensToRevoke> {
  const { revocation, grant } = to;
  if (revocation.tokenSealed) {
    return readPair(await deps.vault.open(revocation.tokenSealed, revocationContext(grant, revocation)));
  }
  const open = async (sealed: Buffer | null, token: 'access' | 'refresh') =>
    sealed === null ? undefined : await deps.vault.open(sealed, grantTokenContext(grant, token));
  const own = {
    accessToken: await open(grant.accessTokenSealed, 'access'),
    refreshToken: await open(grant.refreshTokenSealed, 'refresh'),
  };
  return needsLivingToken(to) && own.refreshToken && to.hold
    ? await fetchPair(deps, to, to.hold, own.refreshToken)
    : own;
}

function needsLivingToken({ definition, grant }: ToRevoke): boolean {
  const ended =
    grant.accessExpiresAt !== null && grant.accessExpiresAt.getTime() - grant.now.getTime() <= expiryFloorMs;
  return ended && definition.revocation?.token === 'access' && definition.refresh !== undefined;
}
